/** The commands: {@code pathgate serve} and {@code pathgate demo}. */
package dev.pathgate.cli;
