package dev.pathgate.bench;

/** Figures in Prometheus' text. */
final class Metrics {
  private Metrics() {}

  /** The sum of all lines that begin like that; 0 if there is none. */
  static double sum(String text, String prefix) {
    return text.lines()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
