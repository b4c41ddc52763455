package dev.pathgate.cli.check;

import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.PrintedVerdict;

/** An edit, and what the gate says to it. */
record Checked(Edit edit, PrintedVerdict verdict) {}
