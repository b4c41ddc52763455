package dev.pathgate.route;

/**
 * Where a service stands: its template, and the chain that it names.
 *
 * @param chain empty if it names none
 */
public record Position(String template, String chain) {}
