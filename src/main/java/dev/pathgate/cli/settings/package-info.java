/** The settings of the server and of the commands: the same keys from the same places. */
package dev.pathgate.cli.settings;
