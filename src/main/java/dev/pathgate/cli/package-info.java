/** The commands; those that read objects have a package each. */
package dev.pathgate.cli;
