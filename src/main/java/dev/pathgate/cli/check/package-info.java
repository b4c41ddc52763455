/** {@code pathgate check}: what the gate will say to a change. */
package dev.pathgate.cli.check;
