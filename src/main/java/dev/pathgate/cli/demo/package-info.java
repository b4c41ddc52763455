/** {@code pathgate demo}: the real server, and a walk through an upgrade beside it. */
package dev.pathgate.cli.demo;
