/** {@code pathgate audit}: what is already wrong. */
package dev.pathgate.cli.audit;
