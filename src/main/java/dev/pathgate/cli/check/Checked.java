package dev.pathgate.cli.check;

import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Judgement;

/** An edit, and what the gate says to it. */
record Checked(Edit edit, Judgement judgement) {}
