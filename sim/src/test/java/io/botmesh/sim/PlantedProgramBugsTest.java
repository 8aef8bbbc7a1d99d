package io.botmesh.sim;

import static io.botmesh.sim.PlantedBugsTest.assertFound;
import static io.botmesh.sim.PlantedBugsTest.each;
import static io.botmesh.sim.PlantedBugsTest.run;
import static io.botmesh.sim.PlantedBugsTest.runEach;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes with a bug in what they do with objects and requests. */
class PlantedProgramBugsTest {
    private static final SimOptions OBJECTS =
            SimOptions.of(3, 3, 4).withPostsPerSecond(4).withPatterns(Set.of(Pattern.OBJECTS));
    private static final SimOptions REQUESTS = SimOptions.of(3, 3, 2).withPatterns(Set.of(Pattern.REQUESTS));

    /** Does something with the fifth message of a kind and all after it. */
    private static SimReport fromTheFifthOn(
            SimOptions options, Predicate<Delivery> kind, Function<Delivery, Stream<NodeEffect>> into) {
        var count = new AtomicInteger();
        SimReport report = run(options, each(effect -> {
            if (!(effect instanceof NodeEffect.Deliver deliver)) return Stream.of(effect);
            Delivery first = deliver.run().getFirst();
            return kind.test(first) && count.incrementAndGet() >= 5 ? into.apply(first) : Stream.of(effect);
        }));
        assertThat(count).hasValueGreaterThanOrEqualTo(5);
        return report;
    }

    private static boolean isManifest(Delivery delivery) {
        return delivery.subject().equals("bm-object");
    }

    private static boolean isPart(Delivery delivery) {
        return delivery.subject().equals("bm-part") && delivery.body().length > 0;
    }

    private static boolean isLastPart(Delivery delivery) {
        return isPart(delivery) && delivery.body().length < 64 << 10;
    }

    private static boolean isRequest(Delivery delivery) {
        return delivery.subject().equals("ask");
    }

    private static boolean isReply(Delivery delivery) {
        return delivery.headers().stream().anyMatch(header -> header.name().equals("bm-reply"));
    }

    private static Stream<NodeEffect> deliver(Delivery... deliveries) {
        return Stream.of(deliveries).map(one -> new NodeEffect.Deliver(List.of(one)));
    }

    private static Delivery withBody(Delivery one, byte[] body) {
        return new Delivery(
                one.id(),
                one.peer(),
                one.key(),
                one.known(),
                one.stream(),
                one.subject(),
                one.headers(),
                body,
                one.postedAt(),
                one.attempt(),
                one.again(),
                one.place(),
                one.origin());
    }

    private static Delivery changed(Delivery one) {
        byte[] body = one.body().clone();
        body[body.length - 1] ^= 1;
        return withBody(one, body);
    }

    @Test
    void aPartThatIsNotHandedOn() {
        SimReport report = fromTheFifthOn(OBJECTS, PlantedProgramBugsTest::isPart, one -> Stream.of());
        assertFound(report, "I1", "nobody was told what became of");
    }

    @Test
    void aPartThatIsChanged() {
        SimReport report = fromTheFifthOn(OBJECTS, PlantedProgramBugsTest::isPart, one -> deliver(changed(one)));
        assertFound(report, "I1", "was not taken, and nothing was wrong");
    }

    /** While an object is with its handler, no part of it counts. */
    @Test
    void aLastPartThatIsHandedOnTwiceIsNoBug() {
        SimReport report = fromTheFifthOn(OBJECTS, PlantedProgramBugsTest::isLastPart, one -> deliver(one, one));
        assertThat(report.violations()).isEmpty();
    }

    /** All that brought an object comes again when the next one begins, as if it had not been done. */
    @Test
    void anObjectOfWhichAllIsHandedOnTwice() {
        SimReport report = runEach(OBJECTS, () -> {
            var parts = new ArrayList<Delivery>();
            return each(effect -> {
                if (!(effect instanceof NodeEffect.Deliver deliver)) return Stream.of(effect);
                List<Delivery> run = deliver.run();
                boolean next = !parts.isEmpty() && run.stream().anyMatch(PlantedProgramBugsTest::isManifest);
                List<Delivery> again = next ? List.copyOf(parts) : List.of();
                if (next) parts.clear();
                run.stream().filter(one -> isManifest(one) || isPart(one)).forEach(parts::add);
                return Stream.concat(deliver(again.toArray(Delivery[]::new)), Stream.of(effect));
            });
        });
        assertFound(report, "I2", "came twice, though no handler had failed");
    }

    @Test
    void aRequestThatIsNotHandedOn() {
        SimReport report = fromTheFifthOn(REQUESTS, PlantedProgramBugsTest::isRequest, one -> Stream.of());
        assertFound(report, "I1", "was not answered, and nothing was wrong");
    }

    @Test
    void aRequestThatIsHandedOnTwice() {
        SimReport report = fromTheFifthOn(REQUESTS, PlantedProgramBugsTest::isRequest, one -> deliver(one, one));
        assertFound(report, "I2", "came twice and not flagged");
    }

    @Test
    void aReplyThatIsChanged() {
        SimReport report = fromTheFifthOn(REQUESTS, PlantedProgramBugsTest::isReply, one -> deliver(changed(one)));
        assertFound(report, "I7", "was answered with");
    }
}
