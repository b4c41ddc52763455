/**
 * Pathgate: an admission gate that lets a k0rdent service move only along the paths of its
 * ServiceTemplateChain. This package holds the settings.
 */
package dev.pathgate;
