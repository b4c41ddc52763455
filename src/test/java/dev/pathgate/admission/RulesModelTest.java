package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.cluster.ClusterFacts;
import dev.pathgate.cluster.KnownCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.Violation;
import dev.pathgate.testkit.RandomChains;
import dev.pathgate.testkit.RandomEdits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random edits of whole lists of services: who is told what, by the rules and by a model of them
 * that knows names and sets alone.
 */
class RulesModelTest {
  private static final String SYSTEM = "kcm-system";
  private static final int ROUNDS = 250;
  private static final int EDITS = 20;

  @ParameterizedTest
  @CsvSource({
    "ANY, TOGETHER, CLUSTER_DEPLOYMENT",
    "ANY, SEPARATE, MULTI_CLUSTER_SERVICE",
    "SINGLE, TOGETHER, MULTI_CLUSTER_SERVICE",
    "SINGLE, SEPARATE, CLUSTER_DEPLOYMENT"
  })
  void tellTheSameServicesTheSame(Steps steps, ChainSwitch chainSwitch, Kind kind) {
    PathPolicy policy = new PathPolicy(steps, chainSwitch);
    Rulebook rulebook = new Rulebook(Map.of(), policy, SYSTEM);
    Edits edits = new Edits(SYSTEM);
    String namespace = edits.chainNamespace(kind, "tenant42");
    Map<String, Integer> told = new TreeMap<>();

    for (int round = 0; round < ROUNDS; round++) {
      RandomEdits random = new RandomEdits(Objects.hash(policy.toString(), round), false);
      Map<String, List<SupportedTemplate>> chains = new TreeMap<>();
      KnownCluster cluster = new KnownCluster(SYSTEM, ServiceIdentity.NAMESPACE_DEFAULTED);
      for (String name : List.of("x", "y")) {
        List<SupportedTemplate> entries = random.entries(RandomChains.Flaws.DANGLING);
        chains.put(
            name,
            round % 2 == 0 ? entries : RandomChains.versioned(entries, RandomEdits.names("t", 8)));
        cluster.put(
            Kind.SERVICE_TEMPLATE_CHAIN,
            ObjectSketch.chainOf(new ChainRef(namespace, name), chains.get(name)));
      }
      for (int i = 0; i < EDITS; i++) {
        List<ObjectNode> old = random.services(chains.keySet());
        boolean creates = i % 5 == 0;
        List<Service> before = services(old);
        List<Service> after = services(random.edited(old, chains.keySet()));

        List<ServiceEdit> changed =
            edits.ofServices(
                Optional.of(object(kind, before)).filter(some -> !creates),
                object(kind, after),
                namespace,
                cluster.serviceIdentity());
        List<String> reported =
            reported(rulebook, changed, cluster).stream().map(RulesModelTest::say).toList();

        assertThat(reported)
            .as(() -> chains + "\n" + (creates ? "new" : before) + "\n" + after)
            .isEqualTo(new Model(policy, chains).reported(creates ? List.of() : before, after));
        reported.forEach(line -> told.merge(line.replaceAll(".* ", ""), 1, Integer::sum));
      }
    }

    assertThat(told.keySet())
        .containsExactly(
            "service-chain-exists:warn",
            "service-fits-chain:deny",
            "service-follows-chain:deny",
            "service-has-chain:warn",
            "service-version-fits:deny");
    assertThat(told.values()).allMatch(often -> often > ROUNDS / 25);
  }

  /** With all read that has to be read before anything is said. */
  private static List<Finding> reported(
      Rulebook rulebook, List<ServiceEdit> changed, KnownCluster cluster) {
    ClusterFacts facts = ClusterFacts.cached(cluster);
    Set<Violation.Need> needs = rulebook.ofServices(changed, facts).needs();
    return rulebook.ofServices(changed, facts.read(needs, 1_000).join()).reported();
  }

  private static String say(Finding finding) {
    return finding.violation().subject().service()
        + " "
        + finding.rule().id()
        + (finding.denies() ? ":deny" : ":warn");
  }

  private static K0rdentObject object(Kind kind, List<Service> services) {
    Service[] all = services.toArray(new Service[0]);
    return kind == Kind.MULTI_CLUSTER_SERVICE
        ? ObjectSketch.multiClusterService("fleet", all)
        : ObjectSketch.clusterDeployment("tenant42/prod", all);
  }

  private static List<Service> services(Collection<ObjectNode> services) {
    return services.stream()
        .map(
            json ->
                new Service(
                    json.path("namespace").asText(),
                    json.path("name").asText(),
                    json.path("template").asText(),
                    json.path("templateChain").asText(),
                    json.path("version").asText(),
                    !json.has("templateChain")))
        .toList();
  }

  /** The rules' table as the design has it, for services that are listed once. */
  private record Model(PathPolicy policy, Map<String, List<SupportedTemplate>> chains) {
    List<String> reported(List<Service> before, List<Service> after) {
      Map<String, Service> old = new HashMap<>();
      before.forEach(service -> old.put(service.identity(), service));
      List<String> reported = new ArrayList<>();
      for (Service service : after) {
        List<String> told = told(Optional.ofNullable(old.get(service.identity())), service);
        told.stream()
            .filter(rule -> rule.endsWith(":deny"))
            .findFirst()
            .or(() -> told.stream().findFirst())
            .ifPresent(rule -> reported.add(service.identity() + " " + rule));
      }
      return reported;
    }

    private List<String> told(Optional<Service> old, Service now) {
      List<String> told = new ArrayList<>();
      if (old.filter(now::isSameAs).isPresent()) {
        return told;
      }
      boolean isNamed = !now.templateChain().isEmpty();
      boolean exists = chains.containsKey(now.templateChain());
      if (old.filter(was -> !was.template().equals(now.template())).isPresent()
          && !mayMove(old.get(), now)) {
        told.add("service-follows-chain:deny");
      }
      if (isNamed && !exists) {
        told.add("service-chain-exists:warn");
      }
      if (exists && !targets(now.templateChain()).containsKey(now.template())) {
        told.add("service-fits-chain:deny");
      }
      if (!isNamed && old.map(was -> !was.templateChain().isEmpty()).orElse(true)) {
        told.add("service-has-chain:warn");
      }
      if (exists && isAnothers(now.version(), now)) {
        told.add("service-version-fits:deny");
      }
      return told;
    }

    private Map<String, Set<String>> targets(String chain) {
      Map<String, Set<String>> targets = new HashMap<>();
      for (SupportedTemplate entry : chains.get(chain)) {
        Set<String> of = targets.computeIfAbsent(entry.name(), name -> new HashSet<>());
        entry.availableUpgrades().forEach(upgrade -> of.add(upgrade.name()));
      }
      return targets;
    }

    private boolean mayMove(Service old, Service now) {
      if (!chains.containsKey(now.templateChain())) {
        return false;
      }
      Map<String, Set<String>> targets = targets(now.templateChain());
      boolean leads =
          policy.steps() == Steps.SINGLE
              ? targets.getOrDefault(old.template(), Set.of()).contains(now.template())
              : reached(targets, old.template()).contains(now.template());
      return leads
          && (policy.chainSwitch() == ChainSwitch.TOGETHER
              || old.templateChain().equals(now.templateChain()));
    }

    private static Set<String> reached(Map<String, Set<String>> targets, String from) {
      Set<String> reached = new HashSet<>();
      Deque<String> open = new ArrayDeque<>(List.of(from));
      while (!open.isEmpty()) {
        targets.getOrDefault(open.pop(), Set.of()).stream()
            .filter(reached::add)
            .forEach(open::push);
      }
      return reached;
    }

    private boolean isAnothers(String version, Service service) {
      Set<String> given = new HashSet<>();
      for (SupportedTemplate entry : chains.get(service.templateChain())) {
        for (AvailableUpgrade edge : entry.availableUpgrades()) {
          if (isSame(edge.version().orElse(edge.name()), version)) {
            given.add(edge.name());
          }
        }
      }
      return !version.isEmpty() && !given.isEmpty() && !given.contains(service.template());
    }

    private static boolean isSame(String one, String other) {
      return one.equals(other) || (one.equals("1.9.0") && other.equals("v1.9"));
    }
  }
}
