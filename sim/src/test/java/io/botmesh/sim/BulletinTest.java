package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.Origin;
import io.botmesh.mesh.RegisterValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of topics and registers finds what a broken node does, and nothing where none is broken. */
class BulletinTest {
    private final Violations violations = new Violations(() -> 0);
    private final Roster roster = new Roster("a", Set.of("a", "b"));
    private final Bulletin bulletin = new Bulletin(violations, List.of("a", "b"), false, false, roster);
    private final Bulletin changing = new Bulletin(violations, List.of("a", "b"), false, true, roster);
    private final Registers registers = new Registers(violations);

    private void publish(long... messages) {
        for (long message : messages) {
            bulletin.onOffered(message, "a");
            bulletin.onAccepted(message);
        }
    }

    private void deliver(String member, long message) {
        deliver(bulletin, member, message, null);
    }

    private static void deliver(Bulletin bulletin, String member, long message, @Nullable Origin origin) {
        bulletin.onDelivered(member, delivery("a", false, origin), message, true);
        bulletin.onDone(member, message);
    }

    private static Delivery delivery(String from, boolean again, @Nullable Origin origin) {
        return new Delivery(
                1, from, null, true, "", "news", List.of(), new byte[0], Instant.EPOCH, 1, again, "", origin);
    }

    private static Origin origin(long epoch, String... desk) {
        return new Origin("news", Map.of(Ownership.QUEUE, Set.of(desk)), epoch, 7);
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
        bulletin.onDelivered("b", delivery("mallory", false, null), 1, false);
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

    private void publishChanging(long... messages) {
        for (long message : messages) {
            changing.onOffered(message, "a");
            changing.onAccepted(message);
        }
    }

    @Test
    void whoIsOutNeedsNothingOfThatTimeAndMustNotReadIt() {
        publishChanging(1, 2, 3);
        deliver(changing, "a", 1, origin(1));
        deliver(changing, "b", 1, origin(1));
        roster.onChanged(Set.of("a"));
        deliver(changing, "a", 2, origin(2));
        roster.onChanged(Set.of("a", "b"));
        deliver(changing, "a", 3, origin(3));
        assertThat(changing.complete())
                .as("3 may have begun under the key before")
                .isTrue();
        changing.close();
        assertThat(violations.count()).isZero();
        deliver(changing, "b", 2, origin(2));
        assertFound("I7", "is no member there");
    }

    @Test
    void whatAMemberWithAllKeysDoesNotGetIsFound() {
        publishChanging(1, 2);
        deliver(changing, "a", 1, origin(1));
        deliver(changing, "a", 2, origin(1));
        deliver(changing, "b", 1, origin(1));
        assertThat(changing.complete()).isFalse();
        changing.close();
        assertFound("I1", "1 messages of a never came to b");
    }

    @Test
    void whatNobodyGetsIsMissedByTheOwner() {
        publishChanging(1);
        assertThat(changing.lost()).isEqualTo(1);
    }

    @Test
    void twoThatDoNotAgreeWhoOfAQueueHandlesAMessageAreFound() {
        publish(1);
        deliver(bulletin, "a", 1, origin(1, "a"));
        deliver(bulletin, "b", 1, origin(1, "b"));
        assertFound("I2", "and another one");
    }

    @Test
    void aMessageForAMemberThatCannotReadItIsFound() {
        roster.onChanged(Set.of("a"));
        publish(1);
        deliver(bulletin, "a", 1, origin(2, "b"));
        assertFound("I1", "who cannot read it");
    }
}
