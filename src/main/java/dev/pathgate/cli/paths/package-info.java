/** {@code pathgate paths}: what chains allow, and where the fleet stands on them. */
package dev.pathgate.cli.paths;
