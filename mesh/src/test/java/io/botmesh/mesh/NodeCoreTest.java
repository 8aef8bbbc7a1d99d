package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.LinkSender.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeCoreTest {
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final NodePair pair = new NodePair(new HpkeSeal());
    private final NodeRig rig = pair.rig;
    private final Member anna = pair.anna;
    private final Member bert = pair.bert;

    @Test
    void messagesArriveInOrderAndTheirReceiptsComeBack() throws InterruptedException {
        pair.join(true);
        List<Long> tokens = IntStream.range(0, 500)
                .mapToObj(n -> anna.send("bert", "n", "message " + n))
                .toList();
        rig.run(QUIET);
        assertThat(bert.bodies())
                .isEqualTo(IntStream.range(0, 500).mapToObj(n -> "message " + n).toList());
        assertThat(bert.got).allMatch(one -> one.peer().equals("anna") && one.known() && !one.again());
        anna.send("bert", "n", "one more"); // an ack rides or comes in time
        bert.send("anna", "n", "back");
        rig.run(QUIET);
        assertThat(anna.bodies()).containsExactly("back");
        assertThat(tokens).allMatch(token -> anna.reached.get(token) == Level.DONE);
    }

    @Test
    void aPeerThatKeepsSilentIsAskedWhetherItIsDone() throws InterruptedException {
        pair.join(true);
        long token = anna.send("bert", "s", "x");
        rig.run(QUIET);
        assertThat(anna.reached.get(token)).isEqualTo(Level.DONE);
    }

    /** Whoever waits for a receipt on a link that falls quiet does not wait for half a minute. */
    @Test
    void aMessageOnAQuietLinkIsKnownToBeDoneWithinTwoSeconds() throws InterruptedException {
        pair.join(true);
        for (int i = 0; i < 4; i++) {
            long token = anna.send("bert", "s", "x");
            rig.pass(Duration.ofSeconds(2));
            assertThat(anna.reached.get(token)).isEqualTo(Level.DONE);
        }
    }

    private static byte[] noise(int bytes) {
        var noise = new byte[bytes];
        new Random(4).nextBytes(noise);
        return noise;
    }

    @Test
    void whoHasMuchToSaySaysFirstWhatTheOtherWaitsFor() throws InterruptedException {
        bert.options = NodeOptions.defaults().withTextOnly(true);
        pair.join(true);
        bert.send("anna", "", "big", noise(200_000)); // half a minute of texts
        long token = anna.send("bert", "s", "x");
        rig.pass(Duration.ofSeconds(2));
        assertThat(anna.reached.get(token)).isEqualTo(Level.DONE);
        NodeStatistics statistics = bert.core().statistics(rig.now);
        assertThat(statistics.waitingBytes().get("anna")).isGreaterThan(100_000);
        assertThat(statistics.controls()).isZero(); // it costs no post
    }

    @Test
    void aPacketThatWasRefusedGoesBeforeAnyNewOne() throws InterruptedException {
        anna.options = NodeOptions.defaults().withTextOnly(true);
        pair.join(true);
        var turns = new AtomicInteger();
        anna.beforeEffects = turn -> turns.incrementAndGet() < 0;
        List<byte[]> first = new ArrayList<>();
        List<byte[]> next = new ArrayList<>();
        rig.network = (writers, lane, packet, document) -> {
            (turns.get() == 1 ? first : next).add(packet);
            return first.size() == 1 && next.isEmpty()
                    ? new Outcome.FloodWait(Duration.ofSeconds(20))
                    : writers.post(lane, packet, document);
        };
        anna.send("bert", "", "big", noise(200_000));
        rig.pass(Duration.ofSeconds(5));
        assertThat(next).hasSizeGreaterThan(3).first().isEqualTo(first.getFirst());
        assertThat(next.subList(1, next.size())).doesNotContain(first.getFirst());
    }

    /** One lane, so that what waits stands in a row: two packets of which nobody knows whether they were posted. */
    @ParameterizedTest
    @MethodSource("refusals")
    void aPacketThatWasRefusedGoesBeforeOthersThatGoAgain(Outcome refusal) throws InterruptedException {
        anna.options = NodeOptions.defaults().withTextOnly(true);
        pair.join(true);
        Carrier.Writers lane = pair.toBert.writers(1);
        Peer known = anna.peers.removeFirst();
        anna.peers.add(new Peer(
                known.name(),
                known.node(),
                known.reader(),
                known.admission(),
                lane.lanes(),
                lane.capabilities(),
                known.answers()));
        anna.writers.put("bert", lane);
        List<byte[]> tried = new ArrayList<>();
        rig.network = (writers, number, packet, document) -> {
            if (!writers.equals(lane)) return writers.post(number, packet, document);
            tried.add(packet);
            return switch (tried.size()) {
                case 1, 2 -> new Outcome.Unknown("no answer", null);
                case 3 -> refusal;
                default -> writers.post(number, packet, document);
            };
        };
        var body = noise(60_000);
        anna.send("bert", "", "big", body);
        rig.pass(Duration.ofHours(1)); // a lane that is closed is tried again within that
        byte[] first = tried.getFirst();
        byte[] second = tried.get(1);
        assertThat(second).isNotEqualTo(first);
        assertThat(tried.subList(2, 5)).containsExactly(first, first, second);
        assertThat(bert.got)
                .singleElement()
                .satisfies(one -> assertThat(one.body()).isEqualTo(body));
    }

    static Stream<Outcome> refusals() {
        return Stream.of(
                new Outcome.FloodWait(Duration.ofSeconds(5)),
                new Outcome.Unreachable("no way", null),
                new Outcome.Barred(Outcome.Scope.LANE, "no administrator"));
    }

    /** The server has kept its updates for a day, and its posts for good. */
    @Test
    void whatAPeerNeverGotIsForwardedToItAfterDays() throws InterruptedException {
        anna.options = NodeOptions.defaults().withTextOnly(true);
        pair.join(true);
        anna.send("bert", "s", "before");
        rig.run(QUIET);
        bert.polls = false;
        var body = noise(60_000);
        anna.send("bert", "", "big", body);
        rig.pass(Duration.ofHours(47));
        requireNonNull(bert.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO); // the server has thrown its updates away
        int uploads = anna.posts;
        long reposts = anna.core().statistics(rig.now).reposts();
        bert.polls = true;
        rig.pass(Duration.ofHours(2));
        assertThat(bert.got.getLast().body()).isEqualTo(body);
        assertThat(anna.core().statistics(rig.now).forwards()).isGreaterThanOrEqualTo(8);
        assertThat(anna.core().statistics(rig.now).reposts()).isEqualTo(reposts);
        assertThat(anna.posts - uploads).as("questions").isLessThan(5);
    }

    @Test
    void postsThatThePeerHasStoredAreDeletedWhenTheyAreOldEnough() throws InterruptedException {
        anna.options = tidy().withTextOnly(true);
        pair.join(true);
        List<PostId> posts = new ArrayList<>();
        rig.network = (writers, lane, packet, document) -> {
            Outcome outcome = writers.post(lane, packet, document);
            if (outcome instanceof Outcome.Posted posted && packet.length > 2_000) posts.add(posted.post());
            return outcome;
        };
        anna.send("bert", "", "big", noise(40_000));
        rig.pass(Duration.ofMinutes(29));
        assertThat(left(posts)).hasSizeGreaterThan(5).isEqualTo(posts);
        List<PostId> stored = List.copyOf(posts);
        bert.polls = false;
        anna.send("bert", "", "big", noise(40_000)); // of these nobody knows yet
        rig.pass(Duration.ofSeconds(30));
        anna.kill(); // what is to be deleted is on the disk
        rig.pass(Duration.ofMinutes(60));
        List<PostId> later = posts.subList(stored.size(), posts.size());
        assertThat(left(stored)).isEmpty();
        assertThat(left(later)).hasSizeGreaterThan(5).isEqualTo(later);
    }

    /** What only reads would else leave an ack for every sixteen packets or so in its peer's channel. */
    @Test
    void postsWithoutMessagesAreDeletedWhenTheyAreOldEnough() throws InterruptedException {
        bert.options = tidy();
        anna.options = NodeOptions.defaults().withTextOnly(true);
        pair.join(true);
        List<PostId> posts = new ArrayList<>();
        rig.network = (writers, lane, packet, document) -> {
            Outcome outcome = writers.post(lane, packet, document);
            boolean berts = writers.equals(bert.writers.get("anna"));
            if (berts && outcome instanceof Outcome.Posted posted) posts.add(posted.post());
            return outcome;
        };
        anna.send("bert", "", "big", noise(400_000));
        rig.pass(Duration.ofMinutes(29));
        NodeStatistics berts = bert.core().statistics(rig.now);
        assertThat(berts.controls()).isGreaterThan(2).isEqualTo(posts.size());
        List<PostId> old = List.copyOf(posts);
        assertThat(left(old, pair.toAnna)).isEqualTo(old);
        bert.kill(); // what is to be deleted is on the disk
        rig.pass(Duration.ofMinutes(30));
        assertThat(left(old, pair.toAnna)).isEmpty();
        long token = anna.send("bert", "s", "goes on");
        rig.run(QUIET);
        assertThat(anna.reached.get(token)).isEqualTo(Level.DONE);
        assertThat(left(posts, pair.toAnna)).isNotEmpty();
    }

    /** Posts are deleted when they are half an hour old. */
    private static NodeOptions tidy() {
        NodeOptions.Links links = NodeOptions.defaults().links();
        var sending =
                links.sending().withTidy(Level.STORED, Duration.ofMinutes(30).toMillis());
        return NodeOptions.defaults()
                .withLinks(new NodeOptions.Links(links.receiving(), sending, links.patience(), links.recalls()));
    }

    /** Those that are still in bert's channel. */
    private List<PostId> left(List<PostId> posts) throws InterruptedException {
        return left(posts, pair.toBert);
    }

    private static List<PostId> left(List<PostId> posts, MemoryCarrier channel) throws InterruptedException {
        List<PostId> left = new ArrayList<>();
        for (PostId post : posts) if (channel.reader().recall(post).isPresent()) left.add(post);
        return left;
    }

    @Test
    void withoutAWayBackAMessageIsForgottenWhenItIsPosted() throws InterruptedException {
        pair.join(false);
        anna.send("bert", "s", "x");
        anna.send("bert", "other", "s", "y".repeat(20_000).getBytes(UTF_8));
        rig.run(QUIET);
        assertThat(bert.got).hasSize(2).allMatch(one -> !one.known());
        assertThat(bert.got.stream().map(Delivery::stream)).containsExactlyInAnyOrder("", "other");
        assertThat(anna.reached.values()).containsOnly(Level.POSTED);
        assertThat(anna.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.PACKET || key.kind() == Kind.MESSAGE);
        assertThat(bert.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.READY || key.kind() == Kind.PIECE);
    }

    @Test
    void whatIsSentToNobodyIsRefusedWithOneLine() {
        pair.join(false);
        assertThatThrownBy(() -> anna.send("carl", "s", "x")).hasMessage("there is no peer carl");
        assertThatThrownBy(() -> bert.send("anna", "s", "x")).hasMessage("there is no peer anna");
    }

    @Test
    void aHandlerThatFailsIsTriedAgainAndItsMessagePutAsideAtLast() throws InterruptedException {
        pair.join(true);
        bert.fails = "no";
        anna.send("bert", "s", "poison");
        rig.run(Duration.ofHours(1));
        assertThat(bert.got).hasSize(8);
        assertThat(bert.got.stream().map(Delivery::attempt)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(bert.disk.values.keySet()).anyMatch(key -> key.kind() == Kind.ASIDE);
        assertThat(bert.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.READY);
        assertThat(bert.events).contains(new NodeEvent.SetAside("anna", "s", "no"));
    }

    /** Whatever is left of the credit when the last packet is made, to the byte. */
    @Test
    void smallMessagesThatNobodyHandlesAreHeldUpByCreditEvenWithoutABody() throws InterruptedException {
        for (int size = 0; size <= 40; size += 5) {
            var small = new NodePair(new SimulatedSeal());
            var links = NodeOptions.defaults().links();
            small.bert.options = NodeOptions.defaults()
                    .withLinks(new NodeOptions.Links(
                            LinkReceiver.Options.defaults(), links.sending(), links.patience(), links.recalls()));
            small.bert.handles = false;
            small.join(true);
            int credit = (int) (Limits.FIRST_STREAM_CREDIT / (Limits.PIECE_WEIGHT + size));
            var body = new byte[size];
            for (int i = 0; i < credit + 6_000; i++) small.anna.send("bert", "", "tick", body);
            small.rig.pass(Duration.ofSeconds(20));
            assertThat(small.bert.disk.list(Kind.READY, null, 100_000))
                    .as("of %s bytes", size)
                    .hasSizeBetween(credit * 9 / 10, credit);
        }
    }

    @Test
    void anyNumberOfStreamsWithLongNamesBegins() throws InterruptedException {
        pair.join(true);
        pair.anna.options = NodeOptions.defaults().withTextOnly(true);
        for (int n = 0; n < 100; n++) pair.anna.send("bert", n + "x".repeat(250), "s", ("m" + n).getBytes(UTF_8));
        pair.rig.pass(Duration.ofMinutes(10));
        assertThat(pair.bert.got).hasSize(100);
        assertThat(pair.anna.core().isDrained()).isTrue();
    }

    @Test
    void streamsThatShareAPacketStayWithinTheCreditOfEachAndOfAll() throws InterruptedException {
        for (long seed = 1; seed <= 6; seed++) {
            var small = new NodePair(new SimulatedSeal());
            var links = NodeOptions.defaults().links();
            small.bert.options = NodeOptions.defaults()
                    .withLinks(new NodeOptions.Links(
                            LinkReceiver.Options.defaults(), links.sending(), links.patience(), links.recalls()));
            small.bert.handles = false;
            small.join(true);
            var random = new Random(seed);
            for (int round = 0; round < 60; round++) {
                for (int i = random.nextInt(120); i > 0; i--) {
                    String stream = "s" + random.nextInt(3);
                    small.anna.send("bert", stream, "n", new byte[random.nextInt(random.nextBoolean() ? 2_000 : 20)]);
                }
                small.rig.pass(Duration.ofMillis(random.nextInt(3_000)));
            }
            assertThat(small.anna
                            .core()
                            .statistics(small.rig.now)
                            .waitingBytes()
                            .get("bert"))
                    .as("seed %s", seed)
                    .isPositive();
        }
    }

    @Test
    void largeMessagesArriveWhole() throws InterruptedException {
        pair.join(true);
        var plain = new byte[3 << 20];
        new Random(1).nextBytes(plain);
        anna.send("bert", "", "big", plain);
        rig.run(QUIET);
        assertThat(bert.got).hasSize(1);
        assertThat(bert.got.getFirst().body()).isEqualTo(plain);
    }

    @Test
    void aReaderThatTakesADenserArmourGetsFullerPosts() throws InterruptedException {
        pair.join(true);
        Peer known = anna.peers.removeFirst();
        anna.peers.add(new Peer(
                known.name(),
                known.node(),
                known.reader(),
                known.admission(),
                known.lanes(),
                requireNonNull(known.carrier()).withArmour(Armour.BASE65536).withoutDocuments(),
                known.answers()));
        var noise = new byte[39_800];
        new Random(2).nextBytes(noise);
        anna.send("bert", "", "dense", noise);
        rig.run(QUIET);
        assertThat(bert.got).hasSize(1);
        assertThat(bert.got.getFirst().body()).isEqualTo(noise);
        assertThat(anna.core().statistics(rig.now).texts()).isEqualTo(5); // six of base32768
    }

    @Test
    void theReaderSaysWhoPostsHowOften() throws InterruptedException {
        bert.options = NodeOptions.defaults().withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 3));
        anna.options = NodeOptions.defaults()
                .withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, new LaneShare.Granted("anna")))
                .withTextOnly(true);
        pair.join(true);
        var noise = new byte[1 << 20]; // 140 texts
        new Random(5).nextBytes(noise);
        anna.send("bert", "", "big", noise);
        long begun = rig.now;
        while (bert.got.isEmpty()) rig.run(Duration.ofSeconds(1));
        // An eighth of two lanes at first, three lanes a second once bert has spoken.
        assertThat(Duration.ofNanos(rig.now - begun)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(130));
    }

    @Test
    void nodesThatGrantEachOtherLanesFallSilentWhenThereIsNothingToSay() throws InterruptedException {
        for (Member one : List.of(anna, bert))
            one.options = NodeOptions.defaults()
                    .withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, new LaneShare.Granted(one.name), 2));
        pair.join(true);
        anna.send("bert", "s", "hello");
        rig.pass(Duration.ofMinutes(10));
        assertThat(bert.bodies()).containsExactly("hello");
        int posts = anna.posts + bert.posts;
        rig.pass(Duration.ofHours(1));
        assertThat(anna.posts + bert.posts).isEqualTo(posts);
    }

    @Test
    void whatAGatewayHandsOnComesInAnotherOrder() throws InterruptedException {
        Member carl = behindBert(new NodeOptions.Gateway(12, Duration.ofHours(1)));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            sent.add("hidden " + i);
            anna.core()
                    .sendHidden(
                            "bert", "carl", "secret", List.of(), sent.getLast().getBytes(UTF_8), rig.now);
        }
        rig.run(QUIET);
        assertThat(carl.bodies()).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
    }

    /** anna hides behind bert; carl reads what bert posts, and knows neither of them. */
    private Member behindBert(NodeOptions.Gateway gateway) {
        bert.options = NodeOptions.defaults().withGateway(gateway);
        var toCarl = new MemoryCarrier(-3, () -> Instant.ofEpochSecond(0, rig.now));
        var carlsKey = ReaderSecret.generate();
        Member carl =
                rig.add("carl", NodePair.protection(Identity.generate(), carlsKey, new HpkeSeal()), toCarl.reader());
        pair.join(true);
        Carrier.Writers writers = toCarl.writers(2);
        bert.writers.put("carl", writers);
        bert.peers.add(new Peer("carl", null, carlsKey.key(), null, writers.lanes(), writers.capabilities(), false));
        anna.peers.add(new Peer("carl", null, carlsKey.key(), null, List.of(), null, false));
        return carl;
    }

    @Test
    void aGatewayHidesWhoSentAMessage() throws InterruptedException {
        Member carl = behindBert(new NodeOptions.Gateway(3, Duration.ofMinutes(5)));
        for (int i = 0; i < 4; i++) {
            anna.core().sendHidden("bert", "carl", "secret", List.of(), ("hidden " + i).getBytes(UTF_8), rig.now);
        }
        anna.step();
        bert.step();
        bert.kill(); // what it holds is on its disk
        rig.run(Duration.ofMinutes(2));
        assertThat(carl.bodies()).containsExactlyInAnyOrder("hidden 0", "hidden 1", "hidden 2", "hidden 3");
        assertThat(carl.got).noneMatch(Delivery::known);
        assertThat(carl.got.stream().map(Delivery::key).distinct())
                .hasSize(4)
                .doesNotContain(pair.annasKey(), pair.bertsKey());
        assertThat(anna.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.ONION);
        assertThat(bert.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.ONION);
    }

    @Test
    void anOwnKeyThatWasReplacedOpensNoLongerThanItsTime() throws InterruptedException {
        var old = ReaderSecret.generate();
        var toCarl = new MemoryCarrier(-3, () -> Instant.ofEpochSecond(0, rig.now));
        var keys = Keyring.of(old).rotated(ReaderSecret.generate(), Instant.ofEpochSecond(0, rig.now), Keyring.LIFE);
        var protection =
                Protection.Sealed.of(Identity.generate(), keys).withStrangers(new Quota(100, 100, 1 << 20, 1L << 30));
        Member carl = rig.add("carl", protection, toCarl.reader());
        Carrier.Writers writers = toCarl.writers(1);
        anna.writers.put("carl", writers);
        anna.peers.add(new Peer("carl", null, old.key(), null, writers.lanes(), writers.capabilities(), false));
        anna.send("carl", "s", "in time");
        rig.pass(Duration.ofDays(3));
        anna.send("carl", "s", "too late");
        rig.run(QUIET);
        assertThat(carl.bodies()).containsExactly("in time");
        assertThat(carl.events).contains(new NodeEvent.Refused("", "RECIPIENT_UNKNOWN"));
    }

    /** A second attempt writes nothing by itself, and a process whose store another one has taken learns of that by a commit alone. */
    @Test
    void noMessageIsHandedOnWithoutACommitThatSaysWhoseTheStoreIs() throws InterruptedException {
        pair.join(true);
        bert.handles = false;
        anna.send("bert", "s", "x");
        Delivery first = handedOut(bert.core(), bert.reader);
        bert.core().onHandled(first.id(), "not yet", rig.now);
        Turn failed = turn(Duration.ofMillis(900)); // what else there was to write is written
        assertThat(failed.effects()).noneMatch(NodeEffect.Deliver.class::isInstance);
        Turn again = turn(Duration.ofMillis(100));
        assertThat(again.effects()).anyMatch(NodeEffect.Deliver.class::isInstance);
        assertThat(again.writes().stream().map(NodeStore.Write::key)).containsExactly(new NodeStore.Key(Kind.NODE, 0));
    }

    private Turn turn(Duration later) throws InterruptedException {
        rig.now += later.toNanos();
        bert.core().onTime(rig.now);
        Turn turn = bert.core().take(rig.now);
        bert.disk.commit(turn.writes());
        return turn;
    }

    /** Lets a message come, and says how it is handed out. */
    private Delivery handedOut(NodeCore core, Carrier.@Nullable Reader reader) throws InterruptedException {
        while (true) {
            anna.step();
            core.onUpdates(requireNonNull(reader).poll(0, 100, Duration.ZERO), rig.now);
            Turn turn = core.take(rig.now);
            bert.disk.commit(turn.writes());
            for (NodeEffect effect : turn.effects())
                if (effect instanceof NodeEffect.Deliver deliver)
                    return deliver.run().getFirst();
        }
    }

    @Test
    void aStoreThatIsOlderThanWhatWasSentIsFoundOutAndTheLinkGoesOnAnew() throws InterruptedException {
        pair.join(true);
        for (int n = 0; n < 3; n++) anna.send("bert", "s", "before " + n);
        rig.run(QUIET);
        var backup = new TreeMap<>(anna.disk.values);
        for (int n = 0; n < 3; n++) {
            anna.send("bert", "s", "since " + n);
            rig.run(QUIET);
        }
        anna.kill();
        anna.disk.values.clear();
        anna.disk.values.putAll(backup);
        long lost = anna.send("bert", "s", "under a number that was used");
        rig.pass(Duration.ofHours(3));
        assertThat(anna.events).containsOnlyOnce(new NodeEvent.StoreIsOld("bert"));
        assertThat(anna.reached).doesNotContainKey(lost);
        for (int n = 0; n < 3; n++) anna.send("bert", "t", "s", ("anew " + n).getBytes(UTF_8));
        rig.pass(Duration.ofMinutes(10));
        anna.kill();
        anna.send("bert", "s", "after a restart");
        rig.pass(Duration.ofMinutes(10));
        assertThat(bert.bodies())
                .endsWith("since 2", "anew 0", "anew 1", "anew 2", "after a restart")
                .hasSize(10);
        assertThat(anna.core().isDrained()).isTrue();
        assertThat(anna.disk.values.keySet().stream().filter(key -> key.kind() == Kind.OUTBOX))
                .hasSize(1);
    }

    @Test
    void aPeerThatHasLostItsMemoryIsToldOf() throws InterruptedException {
        pair.join(true);
        anna.send("bert", "s", "x");
        rig.run(QUIET);
        bert.disk.values.clear();
        bert.kill();
        anna.send("bert", "s", "y");
        rig.run(QUIET);
        assertThat(bert.bodies()).containsExactly("x", "y");
        assertThat(anna.events).containsOnlyOnce(new NodeEvent.PeerForgot("bert"));
    }

    @Test
    void aGatewayWaitsForABatchOrTheDelay() throws InterruptedException {
        Member carl = behindBert(new NodeOptions.Gateway(3, Duration.ofMinutes(30)));
        anna.core().sendHidden("bert", "carl", "s", List.of(), new byte[1], rig.now);
        rig.run(QUIET);
        assertThat(carl.got).isEmpty();
        rig.run(Duration.ofMinutes(31));
        assertThat(carl.got).hasSize(1);
    }

    @Test
    void aStreamOfSwiftHandlersGetsMoreAndMoreAtATimeAndBehindAFailureStartsWithOneAgain() throws InterruptedException {
        bert.options = NodeOptions.defaults()
                .withHandlers(NodeOptions.defaults().handlers().withRun(512));
        pair.join(true);
        for (int i = 0; i < 200; i++) anna.send("bert", "n", "m" + i);
        rig.run(Duration.ofSeconds(20));
        assertThat(bert.longestRun).isGreaterThan(16);
        assertThat(bert.bodies()).hasSize(200).doesNotHaveDuplicates();
        bert.fails = "no";
        bert.longestRun = 0;
        for (int i = 0; i < 50; i++) anna.send("bert", "n", "n" + i);
        rig.run(Duration.ofSeconds(1));
        assertThat(bert.longestRun).isGreaterThan(16);
        bert.longestRun = 0;
        rig.run(Duration.ofSeconds(2));
        assertThat(bert.longestRun).isOne();
        bert.fails = null;
        rig.run(Duration.ofMinutes(2));
        assertThat(once(bert.got)).hasSize(250).endsWith("n48", "n49");
    }

    /** Both are killed again and again, posts get lost in every way, and nothing is lost or comes twice unflagged. */
    @Test
    void nothingIsLostOrRepeatedWhenProcessesDieAndTheServerLies() throws InterruptedException {
        for (long seed = 1; seed <= 8; seed++) disturbed(seed, new NodePair(new SimulatedSeal()));
    }

    private static void disturbed(long seed, NodePair pair) throws InterruptedException {
        NodeRig rig = pair.rig;
        Member anna = pair.anna;
        Member bert = pair.bert;
        pair.join(true);
        var random = new Random(seed);
        rig.network = (writers, lane, packet, document) -> switch (random.nextInt(10)) {
            case 0 -> new Outcome.FloodWait(Duration.ofSeconds(1 + random.nextInt(5)));
            case 1 -> new Outcome.Unknown("lost on the way", null);
            case 2 -> {
                writers.post(lane, packet, document);
                yield new Outcome.Unknown("the answer was lost", null);
            }
            case 3 -> new Outcome.Unreachable("no way", null);
            default -> writers.post(lane, packet, document);
        };
        List<String> sent = new ArrayList<>();
        List<String> back = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            for (int i = random.nextInt(8); i > 0; i--) {
                String body = "a" + sent.size() + "x".repeat(random.nextInt(random.nextInt(5) == 0 ? 20_000 : 200));
                anna.send("bert", "s", body);
                sent.add(body);
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                back.add("b" + back.size());
                bert.send("anna", "s", back.getLast());
            }
            anna.step(); // a message is accepted when it is on the disk
            bert.step();
            for (int i = random.nextInt(20); i > 0; i--) {
                anna.step();
                bert.step();
                rig.now += random.nextInt(500_000_000);
            }
            if (random.nextInt(6) == 0) anna.kill();
            if (random.nextInt(6) == 0) bert.kill();
        }
        rig.network = Carrier.Writers::post;
        rig.run(Duration.ofHours(3));
        assertThat(once(bert.got)).as("seed " + seed).isEqualTo(sent);
        assertThat(once(anna.got)).as("seed " + seed).isEqualTo(back);
        assertThat(anna.core().isDrained()).as("seed " + seed).isTrue();
    }

    /** Bodies in order; a message that comes twice must be flagged the second time. */
    private static List<String> once(List<Delivery> got) {
        List<String> bodies = new ArrayList<>();
        for (Delivery one : got) {
            String body = new String(one.body(), UTF_8);
            if (one.again() && !bodies.isEmpty() && body.equals(bodies.getLast())) continue;
            bodies.add(body);
        }
        return bodies;
    }
}
