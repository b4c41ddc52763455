/** {@code pathgate doctor}: one method for each check; what the checks know is read once. */
package dev.pathgate.cli.doctor;
