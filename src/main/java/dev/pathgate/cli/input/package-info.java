/**
 * What commands read: objects from files, revisions and clusters, and the settings they ask for.
 */
package dev.pathgate.cli.input;
