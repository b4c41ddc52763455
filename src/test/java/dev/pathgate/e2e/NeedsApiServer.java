package dev.pathgate.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the class, with one line that says so, where no kube-apiserver can be had. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsApiServer.Condition.class)
@interface NeedsApiServer {
  /** Looks for the binaries, once for all classes. */
  final class Condition implements ExecutionCondition {
    private static boolean told;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<String> obstacle = ApiServer.obstacle();
      if (obstacle.isEmpty()) {
        return ConditionEvaluationResult.enabled("a kube-apiserver is at hand");
      }
      tellOnce(obstacle.get());
      return ConditionEvaluationResult.disabled(obstacle.get());
    }

    private static synchronized void tellOnce(String obstacle) {
      if (!told) {
        told = true;
        System.out.println(
            "SKIPPED: the tests on a real API server ("
                + obstacle
                + "). They want etcd, kube-apiserver and kubectl in"
                + " ~/.kubeapitest/k8s/<version>-<os>-<arch>/ (or $KUBE_API_TEST_DIR/k8s/…), or a"
                + " network from which kube-api-test can download them.");
      }
    }
  }
}
