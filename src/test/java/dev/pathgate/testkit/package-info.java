/**
 * What tests share: random chains and edits, the API server's binaries, and the report on what did
 * not run.
 */
package dev.pathgate.testkit;
