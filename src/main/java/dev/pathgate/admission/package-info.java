/**
 * A review to a verdict to an answer, in four steps: decode, edits between old and new, rules,
 * response.
 *
 * <p>No HTTP, no client, no Quarkus: whoever has the bytes of a review gets the bytes of its answer
 * here, be it the webhook or a command.
 */
package dev.pathgate.admission;
