package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.SendStore;
import io.botmesh.botapi.SendStore.Kept;
import io.botmesh.botapi.SendStore.Slot;
import io.botmesh.botapi.SendStore.State;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link SendStore} holds; its test class extends this one. */
abstract class SendStoreContract {
    abstract SendStore store();

    @Test
    void whatWasAddedIsKeptInOrder() {
        SendStore store = store();
        long one = store.add("1", "sendMessage", "{\"chat_id\":1,\"text\":\"Grüße 🙂\"}");
        long two = store.add("2", "sendDice", "{}");
        assertThat(two).isGreaterThan(one);
        assertThat(store.slots()).containsExactly(new Slot(one, "1", State.QUEUED), new Slot(two, "2", State.QUEUED));
        assertThat(store.load(one))
                .contains(
                        new Kept(one, "1", State.QUEUED, "sendMessage", "{\"chat_id\":1,\"text\":\"Grüße 🙂\"}", null));
    }

    @Test
    void aMarkReplacesTheLast() {
        SendStore store = store();
        long number = store.add("1", "sendMessage", "{}");
        for (State state : State.values()) {
            store.mark(number, state, "because " + state);
            assertThat(store.load(number))
                    .contains(new Kept(number, "1", state, "sendMessage", "{}", "because " + state));
        }
        store.mark(number, State.QUEUED, null);
        assertThat(store.slots()).containsExactly(new Slot(number, "1", State.QUEUED));
        assertThat(store.load(number).orElseThrow().why()).isNull();
    }

    @Test
    void whatWasRemovedIsGoneAndItsNumberNeverComesBack() {
        SendStore store = store();
        long number = store.add("1", "sendMessage", "{}");
        store.remove(number);
        assertThat(store.slots()).isEmpty();
        assertThat(store.load(number)).isEmpty();
        store.mark(number, State.SENDING, null);
        store.remove(number);
        assertThat(store.slots()).isEmpty();
        assertThat(store.add("1", "sendMessage", "{}")).isGreaterThan(number);
    }

    @Test
    void threadsAddAtOnce() throws Exception {
        SendStore store = store();
        Set<Long> numbers = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var added = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> store.add("1", "sendMessage", "{}")))
                    .toList();
            for (Future<Long> number : added) numbers.add(number.get());
        }
        assertThat(numbers).hasSize(200);
        assertThat(store.slots()).hasSize(200).isSortedAccordingTo((a, b) -> Long.compare(a.number(), b.number()));
    }
}
