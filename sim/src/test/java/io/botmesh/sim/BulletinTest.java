package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.RegisterValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of topics and registers finds what a broken node does, and nothing where none is broken. */
class BulletinTest {
    private final Violations violations = new Violations(() -> 0);
    private final Bulletin bulletin = new Bulletin(violations, List.of("a", "b"), false);
    private final Registers registers = new Registers(violations);

    private void publish(long... messages) {
        for (long message : messages) {
            bulletin.onOffered(message, "a");
            bulletin.onAccepted(message);
        }
    }

    private void deliver(String member, long message) {
        bulletin.onDelivered(member, "a", message, false, true);
        bulletin.onDone(member, message);
    }

    private void assertFound(String invariant, String words) {
        assertThat(violations.texts())
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).startsWith(invariant).contains(words));
    }

    @Test
    void whatComesToAllInOrderIsNoViolation() {
        publish(1, 2);
        for (String member : List.of("a", "b")) for (long message : new long[] {1, 2}) deliver(member, message);
        assertThat(bulletin.complete()).isTrue();
        bulletin.close();
        assertThat(violations.count()).isZero();
    }

    @Test
    void aMemberThatGetsNothingIsFoundAtTheEnd() {
        publish(1);
        deliver("a", 1);
        assertThat(bulletin.complete()).isFalse();
        bulletin.close();
        assertFound("I1", "never came to b");
    }

    @Test
    void aGapIsFound() {
        publish(1, 2);
        deliver("b", 2);
        assertFound("I3", "before 1 earlier");
    }

    @Test
    void aSecondDeliveryIsFound() {
        publish(1);
        deliver("b", 1);
        deliver("b", 1);
        assertFound("I2", "not flagged");
    }

    @Test
    void whatAMemberGivesUpThoughNothingDestroyedItIsFound() {
        publish(1, 2);
        bulletin.onMissed("a", "b", 1);
        deliver("b", 2);
        assertFound("I1", "nothing had destroyed them");
        assertThat(bulletin.accounted()).isEqualTo(1);
    }

    @Test
    void aReaderThatIsNoMemberIsFound() {
        publish(1);
        deliver("c", 1);
        assertFound("I7", "no member");
    }

    @Test
    void aMessageUnderAnotherNameOrChangedIsFound() {
        publish(1);
        bulletin.onDelivered("b", "mallory", 1, false, false);
        assertThat(violations.texts())
                .hasSize(2)
                .allSatisfy(text -> assertThat(text).startsWith("I7"));
    }

    @Test
    void aValueThatWasNeverWrittenIsFound() {
        registers.onChanged("b", new RegisterValue(1, Registers.value(1)));
        assertFound("I7", "never wrote");
    }

    @Test
    void anOlderValueAfterANewerOneIsFound() {
        long first = registers.nextValue();
        long second = registers.nextValue();
        registers.onChanged("b", new RegisterValue(1, Registers.value(first)));
        registers.onChanged("b", new RegisterValue(2, Registers.value(second)));
        assertThat(violations.count()).isZero();
        registers.onChanged("b", new RegisterValue(1, Registers.value(first)));
        assertFound("I5", "version 1 of the register after 2");
    }

    @Test
    void aVersionWithTwoValuesIsFound() {
        long first = registers.nextValue();
        long second = registers.nextValue();
        registers.onChanged("a", new RegisterValue(1, Registers.value(first)));
        registers.onChanged("b", new RegisterValue(1, Registers.value(second)));
        assertFound("I7", "two values");
    }

    @Test
    void aNodeThatDoesNotLearnTheNewestValueIsFound() {
        registers.onChanged("a", new RegisterValue(1, Registers.value(registers.nextValue())));
        assertThat(registers.complete(List.of("a", "b"))).isFalse();
        registers.close(List.of("a", "b"));
        assertFound("I1", "b knows version 0");
    }
}
