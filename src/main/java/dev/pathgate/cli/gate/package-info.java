/** Verdicts for commands: the webhook's own, on objects in hand. */
package dev.pathgate.cli.gate;
