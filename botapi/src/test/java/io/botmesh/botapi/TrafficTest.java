package io.botmesh.botapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.SendLimits.Rate;
import io.botmesh.botapi.Traffic.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Section 6, line 28, without a thread or a clock. */
class TrafficTest {
    private static final long GROUP = -5;

    private long now = Long.MAX_VALUE - seconds(3);
    private LimitOptions options = LimitOptions.defaults();
    private Traffic traffic = new Traffic(options, now);

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    private void with(LimitOptions options) {
        this.options = options;
        traffic = new Traffic(options, now);
    }

    private void pass(double seconds) {
        now += seconds(seconds);
    }

    private Ticket send(long chat) {
        return traffic.enter(Routes.of(SendMessage.of(chat, "hello")), false, now);
    }

    private Ticket broadcast(long chat, boolean paid) {
        return traffic.enter(
                Routes.of(SendMessage.of(chat, "news").withAllowPaidBroadcast(paid ? Boolean.TRUE : null)), true, now);
    }

    private Ticket call(ApiCall<?> call) {
        return traffic.enter(Routes.of(call), false, now);
    }

    private List<Ticket> out() {
        return traffic.release(now);
    }

    private void taken(Ticket ticket) {
        traffic.onEnd(ticket, End.TAKEN, null, now);
    }

    private void refused(Ticket ticket, int retryAfter) {
        traffic.onFloodWait(ticket, Duration.ofSeconds(retryAfter), now);
    }

    @Test
    void line28AChatsCallsGoOneAfterTheOtherAndChatsAtOnce() {
        Ticket first = send(1);
        Ticket second = send(1);
        Ticket other = send(2);
        assertThat(out()).containsExactly(first, other);
        taken(first);
        assertThat(out()).containsExactly(second);
    }

    @Test
    void line28ARefusalPausesItsChatOnlyAndKeepsItsOrder() {
        Ticket first = send(1);
        Ticket second = send(1);
        assertThat(out()).containsExactly(first);
        refused(first, 7);
        Ticket third = send(1);
        Ticket other = send(2);
        assertThat(out()).containsExactly(other);
        assertThat(traffic.nextDue(now)).isEqualTo(seconds(7));
        pass(6.999);
        assertThat(out()).isEmpty();
        pass(0.001);
        assertThat(out()).containsExactly(first);
        taken(first);
        assertThat(out()).containsExactly(second);
        taken(second);
        assertThat(out()).containsExactly(third);
    }

    @Test
    void line28TwoRefusedChatsAreTwoChats() {
        Ticket one = send(1);
        Ticket two = send(2);
        out();
        refused(one, 60);
        refused(two, 60);
        Ticket other = send(3);
        assertThat(out()).containsExactly(other);
    }

    @Test
    void line28ThreeChatsRefusedWithoutAReasonOfTheirOwnMeanTheBot() {
        for (int chat = 1; chat <= 3; chat++) send(chat);
        for (Ticket ticket : out()) refused(ticket, 5);
        Ticket other = send(4);
        Ticket another = send(5);
        assertThat(out()).isEmpty();
        assertThat(traffic.stats(now, 0, 0).botRests()).isEqualTo(Duration.ofSeconds(5));
        pass(5);
        List<Ticket> probe = out();
        assertThat(probe).as("one goes first").hasSize(1);
        taken(probe.getFirst());
        assertThat(out()).contains(other, another);
    }

    @Test
    void line28AChatThatGetsThroughClearsTheBot() {
        for (int chat = 1; chat <= 2; chat++) send(chat);
        for (Ticket ticket : out()) refused(ticket, 5);
        pass(0.1);
        send(3);
        taken(out().getFirst());
        send(4);
        refused(out().getFirst(), 5);
        Ticket other = send(5);
        assertThat(out()).containsExactly(other);
    }

    @Test
    void line28ARefusalAfterManySendsOfTheBotMeansTheBot() {
        for (int chat = 1; chat <= 30; chat++) send(chat);
        List<Ticket> sent = out();
        assertThat(sent).hasSize(30);
        for (Ticket ticket : sent.subList(0, 28)) taken(ticket);
        refused(sent.get(28), 1);
        assertThat(traffic.stats(now, 0, 0).botRests()).isEqualTo(Duration.ofSeconds(1));
        refused(sent.get(29), 2); // was on its way when the rest began
        assertThat(traffic.stats(now, 0, 0).botRests()).isEqualTo(Duration.ofSeconds(2));
        assertThat(traffic.stats(now, 0, 0).restingChats()).isZero();
    }

    @Test
    void line28AChatThatGotMuchItselfIsTheReasonHoweverBusyTheBotIs() {
        for (int chat = 1; chat <= 30; chat++) send(chat);
        for (Ticket ticket : out()) taken(ticket);
        send(1);
        refused(out().getFirst(), 30);
        Ticket other = send(40);
        assertThat(out()).containsExactly(other);
    }

    @Test
    void line28AfterARestOfTheBotAProbeThatIsRefusedIsNotTriedForEver() {
        for (int chat = 1; chat <= 3; chat++) send(chat);
        for (Ticket ticket : out()) refused(ticket, 5);
        pass(5);
        Ticket probe = out().getFirst();
        refused(probe, 60);
        List<Ticket> next = out();
        assertThat(next).hasSize(1).doesNotContain(probe);
        taken(next.getFirst());
        assertThat(out()).hasSize(1).doesNotContain(probe);
    }

    @Test
    void line28AnswersAndOtherCallsPassWhileChatAndBotRest() {
        for (int chat = 1; chat <= 3; chat++) send(chat);
        for (Ticket ticket : out()) refused(ticket, 100);
        assertThat(call(AnswerCallbackQuery.of("1")).granted).isTrue();
        assertThat(call(AnswerInlineQuery.of("1", List.of())).granted).isTrue();
        assertThat(call(AnswerPreCheckoutQuery.of("1", true)).granted).isTrue();
        assertThat(call(AnswerShippingQuery.of("1", true)).granted).isTrue();
        assertThat(call(SendChatAction.of(1, ChatAction.TYPING)).granted).isTrue();
        assertThat(call(DeleteMessage.of(1, 5)).granted).isTrue();
        assertThat(call(GetChat.of(1)).granted).isTrue();
        assertThat(call(EditMessageText.of()
                                .withChatId(ChatId.of(1))
                                .withMessageId(5)
                                .withText("x"))
                        .granted)
                .isFalse();
    }

    @Test
    void line28ARefusalOfAnotherCallPausesThatMethodInThatPlace() {
        Ticket first = call(SetChatTitle.of(GROUP, "one"));
        refused(first, 30);
        Ticket same = call(SetChatTitle.of(GROUP, "two"));
        assertThat(same.granted).isFalse();
        assertThat(call(SetChatTitle.of(-6, "one")).granted).isTrue();
        assertThat(call(SetChatDescription.of(GROUP)).granted).isTrue();
        Ticket message = send(GROUP);
        assertThat(out()).containsExactly(message);
        pass(30);
        assertThat(out()).as("the first again, alone").containsExactly(first);
        taken(first);
        assertThat(out()).containsExactly(same);
    }

    @Test
    void line28BroadcastsGoLastAndLeaveRoomForReplies() {
        with(options.withLimits(SendLimits.DOCUMENTED));
        for (int chat = 1; chat <= 100; chat++) broadcast(chat, false);
        assertThat(out()).as("the burst of the lane").hasSize(5);
        List<Ticket> replies = new ArrayList<>();
        for (int chat = 201; chat <= 212; chat++) replies.add(send(chat));
        assertThat(out()).as("no reply waits for a broadcast").containsExactlyElementsOf(replies);
    }

    @Test
    void line28BroadcastsKeepTheirRateAndPaidOnesTheirs() {
        int[] sent = new int[2];
        for (int paid = 0; paid < 2; paid++) {
            with(LimitOptions.defaults());
            for (int chat = 1; chat <= 20_000; chat++) broadcast(chat, paid == 1);
            for (int tick = 0; tick < 1000; tick++) {
                for (Ticket ticket : out()) {
                    sent[paid]++;
                    taken(ticket);
                }
                pass(0.01);
            }
        }
        assertThat(sent[0]).isBetween(250, 255);
        assertThat(sent[1]).isBetween(9_990, 10_050);
    }

    @Test
    void line28AReplyOvertakesABroadcastToTheSameChat() {
        with(options.withBroadcast(new Rate(1, Duration.ofSeconds(1), 1)));
        Ticket first = broadcast(1, false);
        Ticket second = broadcast(2, false);
        assertThat(out()).containsExactly(first);
        Ticket reply = send(2);
        assertThat(out()).containsExactly(reply);
        taken(reply);
        pass(1);
        assertThat(out()).containsExactly(second);
    }

    @Test
    void line28NoMoreBroadcastsAreOnTheWayThanAllowed() {
        with(options.withBroadcastsAtOnce(3).withBroadcast(new Rate(1000, Duration.ofSeconds(1), 100)));
        for (int chat = 1; chat <= 10; chat++) broadcast(chat, false);
        List<Ticket> sent = out();
        assertThat(sent).hasSize(3);
        taken(sent.getFirst());
        assertThat(out()).hasSize(1);
    }

    @Test
    void line28PacedChatsGetAMessageASecondAndGroupsTwentyAMinute() {
        assertThat(sentIn(60, 7, null)).isEqualTo(61); // two at once, then one a second
        assertThat(sentIn(60, GROUP, null)).isEqualTo(20);
        assertThat(sentIn(60, -1_000_000_000_001L, ChatType.CHANNEL)).isEqualTo(61); // an answer told that it is one
    }

    private int sentIn(int seconds, long chat, @Nullable ChatType type) {
        with(LimitOptions.defaults().withLimits(SendLimits.DOCUMENTED));
        for (int i = 0; i < 100; i++) send(chat);
        int sent = 0;
        for (int tick = 0; tick < seconds * 100; tick++) {
            for (Ticket ticket : out()) {
                sent++;
                traffic.onEnd(ticket, End.TAKEN, type, now);
            }
            for (Ticket ticket : out()) {
                sent++;
                traffic.onEnd(ticket, End.TAKEN, type, now);
            }
            pass(0.01);
        }
        return sent;
    }

    @Test
    void line28AnAlbumCountsForAllItsPictures() {
        with(options.withLimits(SendLimits.OFF.withChat(new Rate(1, Duration.ofSeconds(1), 5))));
        Ticket album = call(ForwardMessages.of(ChatId.of(1), ChatId.of(2), List.of(1L, 2L, 3L, 4L)));
        out();
        taken(album);
        Ticket last = send(1);
        assertThat(out()).containsExactly(last);
        taken(last);
        send(1);
        assertThat(out()).isEmpty();
        assertThat(traffic.nextDue(now)).isEqualTo(seconds(1));
    }

    @Test
    void line28LearningSlowsDownAfterARefusalAndSpeedsUpWhileNoneComes() {
        with(options.withLimits(SendLimits.PAPER).withLearning(true));
        for (int i = 0; i < 2000; i++) send(1);
        int before = drain(10);
        pass(0.001);
        Ticket ticket = next();
        refused(ticket, 1);
        int after = drain(10);
        assertThat(after).isLessThan(before);
        drain(200);
        assertThat(drain(10)).isGreaterThan(before);
    }

    private Ticket next() {
        while (true) {
            List<Ticket> out = out();
            if (!out.isEmpty()) return out.getFirst();
            pass(0.01);
        }
    }

    private int drain(int seconds) {
        int sent = 0;
        for (int tick = 0; tick < seconds * 100; tick++) {
            for (Ticket ticket : out()) {
                sent++;
                taken(ticket);
            }
            pass(0.01);
        }
        return sent;
    }

    @Test
    void chatsThatHaveFallenSilentAreForgotten() {
        for (int chat = 1; chat <= 100_000; chat++) {
            send(chat);
            for (Ticket ticket : out()) taken(ticket);
            pass(0.01);
        }
        assertThat(traffic.stats(now, 0, 0).knownChats()).isLessThan(7_000);
    }

    private static String lane(Ticket ticket) {
        return Objects.requireNonNull(ticket.chat).key;
    }

    /** A server of its own mind: refuses chats and the whole bot at random; chats stay in order and all gets out. */
    @Test
    void line28OrderHoldsAndNothingStaysBehindWhateverIsRefused() {
        for (int round = 0; round < 60; round++) {
            long seed = Long.getLong("seed", 1) + round;
            var random = new Random(seed);
            now = random.nextLong();
            var limits = List.of(SendLimits.OFF, SendLimits.DOCUMENTED, SendLimits.CAUTIOUS);
            with(LimitOptions.defaults()
                    .withLimits(limits.get(random.nextInt(3)))
                    .withLearning(random.nextBoolean()));
            record Landing(long at, Ticket ticket) {}
            var onTheWay = new PriorityQueue<Landing>((a, b) -> Long.signum(a.at() - b.at()));
            Map<Ticket, Integer> entered = new HashMap<>();
            Map<String, Integer> last = new HashMap<>();
            Set<String> busy = new HashSet<>();
            int toEnter = 400;
            int ended = 0;
            long start = now;
            while (ended < 400) {
                assertThat(now - start).as("seed %d: stuck", seed).isLessThan(seconds(36_000));
                if (toEnter > 0 && random.nextInt(3) > 0) {
                    long chat = 1L + random.nextInt(8);
                    boolean broadcast = random.nextInt(4) == 0;
                    if (random.nextInt(10) == 0) chat = -chat;
                    Ticket ticket = broadcast ? broadcast(chat, random.nextBoolean()) : send(chat);
                    entered.put(ticket, 400 - toEnter--);
                } else if (onTheWay.isEmpty()) {
                    long due = traffic.nextDue(now);
                    if (due != Long.MAX_VALUE) now += due;
                } else {
                    Landing landing = onTheWay.remove();
                    if (landing.at() - now > 0) now = landing.at();
                    Ticket ticket = landing.ticket();
                    busy.remove(lane(ticket));
                    int fate = random.nextInt(20);
                    if (fate < 3) {
                        refused(ticket, 1 + random.nextInt(5));
                    } else if (fate == 3) {
                        traffic.onTrouble(ticket, Duration.ofMillis(300), now);
                    } else {
                        ended++;
                        String order = lane(ticket) + ticket.broadcast;
                        int number = Objects.requireNonNull(entered.get(ticket));
                        Integer before = last.put(order, number);
                        assertThat(before == null || before < number)
                                .as("seed %d: order in %s", seed, order)
                                .isTrue();
                        traffic.onEnd(ticket, fate == 4 ? End.UNKNOWN : End.TAKEN, null, now);
                    }
                }
                for (Ticket ticket : out()) {
                    assertThat(busy.add(lane(ticket)))
                            .as("seed %d: one at a time", seed)
                            .isTrue();
                    onTheWay.add(new Landing(now + random.nextLong(seconds(0.3)), ticket));
                }
            }
            assertThat(traffic.stats(now, 0, 0).waiting()).isZero();
            assertThat(traffic.stats(now, 0, 0).onTheWay()).isZero();
        }
    }
}
