package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.Origin;
import io.botmesh.mesh.RegisterEffect;
import io.botmesh.mesh.RegisterValue;
import io.botmesh.mesh.Turn;
import io.botmesh.sim.SimOptions.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whole meshes of nodes with a bug: each invariant that can be broken from within a node is seen to be broken, and no other. */
class PlantedBugsTest {
    private static final SimOptions CALM = SimOptions.of(3, 3, 2);

    /** A node whose turns somebody changes. */
    private record Spoilt(Core core, UnaryOperator<List<NodeEffect>> change) implements Forwarding {
        @Override
        public Turn take(long now) {
            Turn turn = core.take(now);
            return new Turn(turn.writes(), change.apply(turn.effects()));
        }
    }

    static SimReport run(SimOptions options, UnaryOperator<List<NodeEffect>> change) {
        return runEach(options, () -> change);
    }

    /** The same with a bug that remembers something of its node. */
    static SimReport runEach(SimOptions options, Supplier<UnaryOperator<List<NodeEffect>>> change) {
        return Simulation.runSpoilt(options, core -> new Spoilt(core, change.get()), true);
    }

    /** Changes each thing that is handed on into others. */
    static UnaryOperator<List<NodeEffect>> each(java.util.function.Function<NodeEffect, Stream<NodeEffect>> into) {
        return effects -> effects.stream().flatMap(into).toList();
    }

    static void assertFound(SimReport report, String invariant, String words) {
        assertThat(report.sound()).isFalse();
        assertThat(report.violations())
                .anySatisfy(text -> assertThat(text).startsWith(invariant).contains(words));
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(run(CALM, effects -> effects).violations()).isEmpty();
    }

    @Test
    void i1AMessageThatIsNotHandedOn() {
        var count = new AtomicInteger();
        SimReport report = run(
                CALM,
                each(effect -> effect instanceof NodeEffect.Deliver && count.incrementAndGet() == 100
                        ? Stream.of()
                        : Stream.of(effect)));
        assertFound(report, "I1", "never delivered");
        assertThat(report.lost()).isPositive();
    }

    @Test
    void i1APacketThatNeverCameAndIsNotToldOf() {
        SimOptions options = SimOptions.of(3, 3, 6)
                .withShape(Shape.QUASI)
                .withPatterns(Set.of(Pattern.SINGLES))
                .withLoad(0.5, 60)
                .withFaults(Set.of(Nemesis.WIPE));
        assertThat(run(options, effects -> effects).violations()).isEmpty();
        SimReport report = run(
                options,
                each(effect -> effect instanceof NodeEffect.Tell tell && tell.event() instanceof NodeEvent.MissedPackets
                        ? Stream.of()
                        : Stream.of(effect)));
        assertFound(report, "I1", "never delivered");
    }

    @Test
    void i1AMessageThatIsPutAsideTooEarly() {
        SimReport report = run(CALM.withFaults(Set.of(Nemesis.FAIL)), each(effect -> {
            if (!(effect instanceof NodeEffect.Deliver deliver)) return Stream.of(effect);
            Delivery first = deliver.run().getFirst();
            if (first.attempt() != 2) return Stream.of(effect);
            long message = java.nio.ByteBuffer.wrap(first.body()).getLong();
            return Stream.of(
                    effect, new NodeEffect.Tell(new NodeEvent.SetAside(first.peer(), "", Watcher.failure(message))));
        }));
        assertFound(report, "I1", "put aside after 1 failure");
    }

    @Test
    void i2AMessageThatIsHandedOnTwice() {
        var count = new AtomicInteger();
        SimReport report = run(
                CALM,
                each(effect -> effect instanceof NodeEffect.Deliver && count.incrementAndGet() == 100
                        ? Stream.of(effect, effect)
                        : Stream.of(effect)));
        assertFound(report, "I2", "delivered twice");
        assertThat(report.duplicatesDelivered()).isPositive();
    }

    @Test
    void i3AMessageThatIsHandedOnTooLate() {
        var kept = new ArrayList<NodeEffect>();
        var count = new AtomicInteger();
        SimReport report = run(CALM.withShape(Shape.RING), effects -> {
            var now = new ArrayList<NodeEffect>();
            for (NodeEffect effect : effects) {
                boolean held = effect instanceof NodeEffect.Deliver deliver
                        && deliver.run().getFirst().attempt() == 1
                        && count.incrementAndGet() == 100;
                if (held) kept.add(effect);
                else now.add(effect);
            }
            return now;
        });
        assertThat(kept).hasSize(1);
        assertThat(report.sound()).isFalse();
    }

    @Test
    void i5AProcessThatGoesOnWithAStoreThatAnotherOneHas() {
        SimOptions options = CALM.withFaults(Set.of(Nemesis.TAKEOVER));
        assertThat(Simulation.runSpoilt(options, core -> core, true).violations())
                .isEmpty();
        assertFound(Simulation.runSpoilt(options, core -> core, false), "I5", "fence");
    }

    @Test
    void i5AnOlderValueOfARegister() {
        SimReport report = run(CALM.withPatterns(Set.of(Pattern.TOPIC)), each(effect -> {
            boolean third = effect instanceof NodeEffect.OfRegister of
                    && of.effect() instanceof RegisterEffect.Changed changed
                    && changed.value().version() == 3;
            if (!third) return Stream.of(effect);
            var changed = (RegisterEffect.Changed) ((NodeEffect.OfRegister) effect).effect();
            var older = new RegisterValue(2, changed.value().value());
            return Stream.of(effect, new NodeEffect.OfRegister(new RegisterEffect.Changed(changed.topic(), older)));
        }));
        assertFound(report, "I5", "version 2 of the register after 3");
        assertFound(report, "I7", "two values");
    }

    @Test
    void i7AMessageUnderAnotherName() {
        SimReport report = run(
                CALM,
                each(effect -> effect instanceof NodeEffect.Deliver deliver
                        ? Stream.of(new NodeEffect.Deliver(deliver.run().stream()
                                .map(PlantedBugsTest::renamed)
                                .toList()))
                        : Stream.of(effect)));
        assertFound(report, "I7", "as somebody");
    }

    private static Delivery renamed(Delivery one) {
        return new Delivery(
                one.id(),
                "somebody",
                one.key(),
                one.known(),
                one.stream(),
                one.subject(),
                one.headers(),
                one.body(),
                one.postedAt(),
                one.attempt(),
                one.again(),
                one.place(),
                one.origin());
    }

    @Test
    void i9APostThatGoesThreeTimes() {
        SimReport report = run(
                CALM,
                each(effect ->
                        effect instanceof NodeEffect.Post ? Stream.of(effect, effect, effect) : Stream.of(effect)));
        assertFound(report, "I9", "faster than the server takes");
    }

    @Test
    void i10ANodeThatStopsToPost() {
        var count = new AtomicInteger();
        SimReport report = run(
                CALM,
                each(effect -> effect instanceof NodeEffect.Post && count.incrementAndGet() > 300
                        ? Stream.of()
                        : Stream.of(effect)));
        assertFound(report, "I10", "");
    }

    @Test
    void i11ADocumentForAReaderOfText() {
        SimReport report = run(
                SimOptions.of(3, 6, 1),
                each(effect -> effect instanceof NodeEffect.Post post
                        ? Stream.of(new NodeEffect.Post(post.ticket(), post.peer(), post.lane(), post.packet(), true))
                        : Stream.of(effect)));
        assertFound(report, "I11", "takes text only");
    }

    @Test
    void aPublicationThatAMemberDoesNotHandOn() {
        var count = new AtomicInteger();
        SimReport report = run(
                CALM.withPatterns(Set.of(Pattern.TOPIC)),
                each(effect -> effect instanceof NodeEffect.Deliver deliver
                                && deliver.run().getFirst().origin() != null
                                && count.incrementAndGet() == 10
                        ? Stream.of()
                        : Stream.of(effect)));
        assertFound(report, "I1", "never came to");
    }

    /** Changes what one member takes for the origin of what is published. */
    private static UnaryOperator<List<NodeEffect>> withOrigin(UnaryOperator<Origin> change) {
        var count = new AtomicInteger();
        return each(effect -> {
            if (!(effect instanceof NodeEffect.Deliver deliver)) return Stream.of(effect);
            Delivery first = deliver.run().getFirst();
            Origin origin = first.origin();
            if (origin == null || count.incrementAndGet() % 20 != 0) return Stream.of(effect);
            return Stream.of(new NodeEffect.Deliver(List.of(of(first, change.apply(origin)))));
        });
    }

    private static Delivery of(Delivery one, Origin origin) {
        return new Delivery(
                one.id(),
                one.peer(),
                one.key(),
                one.known(),
                one.stream(),
                one.subject(),
                one.headers(),
                one.body(),
                one.postedAt(),
                one.attempt(),
                one.again(),
                one.place(),
                origin);
    }

    @Test
    void aMemberOfAQueueThatKnowsOtherMembers() {
        SimReport report = run(
                CALM.withPatterns(Set.of(Pattern.QUEUE)),
                withOrigin(one -> new Origin(one.topic(), Map.of(), one.epoch(), one.lot())));
        assertFound(report, "I2", "and another one");
    }

    @Test
    void aMemberThatReadsWhatIsOfAnotherKey() {
        SimReport report = run(
                CALM.withPatterns(Set.of(Pattern.MEMBERS)),
                withOrigin(one -> new Origin(one.topic(), one.queues(), 1_000_000, one.lot())));
        assertFound(report, "I7", "is no member there");
    }

    @Test
    void withoutABugMembersOfTopicsComeAndGoAndSharedWorkIsDoneByOne() {
        for (long seed = 1; seed <= 6; seed++) {
            SimOptions options = SimOptions.of(seed, 5, 5)
                    .withPostsPerSecond(4)
                    .withPatterns(Set.of(Pattern.QUEUE, Pattern.MEMBERS));
            assertThat(run(options, effects -> effects).violations()).isEmpty();
            assertThat(run(options.withFaults(Nemesis.parse("all,-offline")), effects -> effects)
                            .violations())
                    .isEmpty();
        }
    }

    @Test
    void keysThatWereReplacedDaysAgoAreGone() {
        SimReport report = run(
                CALM.withPatterns(Set.of(Pattern.EXPIRY, Pattern.MEMBERS))
                        .withFaults(Set.of(Nemesis.FLOOD, Nemesis.KILL)),
                effects -> effects);
        assertThat(report.violations()).isEmpty();
        assertThat(report.virtualSeconds()).isGreaterThan(2 * 86_400);
        assertThat(report.published().delivered()).isPositive();
    }
}
