package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakesTest {
  private final List<SocketAddress> evictedFor = new ArrayList<>();
  private final Handshakes handshakes = new Handshakes(evictedFor::add);

  private List<Channel> begin(int count) {
    List<Channel> begun = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Channel channel = new EmbeddedChannel();
      handshakes.began(channel);
      begun.add(channel);
    }
    return begun;
  }

  @Test
  void endsTheEldestForTheNewcomerWhereTooManyAreUnderWay() {
    List<Channel> begun = begin(Handshakes.MAX_OPEN + 2);

    assertThat(begun.subList(0, 2)).noneMatch(Channel::isOpen);
    assertThat(begun.subList(2, begun.size())).allMatch(Channel::isOpen);
    assertThat(evictedFor).hasSize(2);
  }

  @Test
  void countsNoHandshakeThatIsOver() {
    List<Channel> begun = begin(Handshakes.MAX_OPEN);
    begun.subList(10, 20).forEach(handshakes::ended);

    begun.addAll(begin(10));

    assertThat(begun).allMatch(Channel::isOpen);
    assertThat(evictedFor).isEmpty();
  }

  @Test
  void countsOnceHoweverOftenAServerCopiesItsOptions() {
    assertThat(handshakes.copy()).isSameAs(handshakes);
  }
}
