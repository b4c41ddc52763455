package dev.pathgate.cli.paths;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A map as one page without outside references: search, zoom, and ways on click. */
final class PathsHtml {
  private PathsHtml() {}

  static String of(FleetMap map) {
    // The page finds ways by itself: those of a large fleet, written out, are megabytes.
    ObjectNode data = PathsJson.chains(map);
    try (InputStream page = PathsHtml.class.getResourceAsStream("/pathgate-map.html")) {
      String template = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      // "</" would end the script; "<\/" says the same in JSON
      String json = data.toString().replace("</", "<\\/").replace("<!--", "<\\u0021--");
      return template.replace("@@SVG@@", PathsSvg.of(map)).replace("@@DATA@@", json);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
