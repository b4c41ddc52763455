/**
 * Pathgate: an admission gate that lets a k0rdent service move only along the paths of its
 * ServiceTemplateChain. This package holds the settings, which every part but {@code chain} and
 * {@code rule} reads.
 */
package dev.pathgate;
