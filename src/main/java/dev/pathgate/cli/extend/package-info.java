/** {@code pathgate extend}: a chain that takes another's place, and the moves of its users. */
package dev.pathgate.cli.extend;
