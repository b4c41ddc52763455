/** {@code pathgate plan}: how services get to a template. */
package dev.pathgate.cli.plan;
