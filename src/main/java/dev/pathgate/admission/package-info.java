/**
 * HTTP in: an AdmissionReview becomes a request, a verdict and a response. Four steps: decode,
 * edits between old and new, rules, response.
 *
 * <p>Knows nothing of the status patcher, and writes nothing to the cluster but its own
 * certificate.
 */
package dev.pathgate.admission;
