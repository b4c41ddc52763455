/** Benchmarks: {@code mvn -Pbench verify}. Not part of the product or its tests. */
package dev.pathgate.bench;
