/** What the image holds, assembled, trained and started by the scripts of {@code docker}. */
package dev.pathgate.image;
