package io.botmesh.emulator;

import io.botmesh.world.CallFilter;
import io.botmesh.world.Calls;
import io.botmesh.world.World;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What bots have called. */
final class CallRoutes {
    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final World world;
    private final Calls calls;
    private final BooleanSupplier closing;

    /** Whoever waits is let go once the emulator closes. */
    CallRoutes(World world, BooleanSupplier closing) {
        this.world = world;
        calls = world.calls();
        this.closing = closing;
    }

    void addTo(ControlTable table) {
        table.get("/control/calls", "Recorded calls and what they were told, oldest first.", this::list)
                .takes("bot", FieldType.ID, "Only of that bot.")
                .takes("method", FieldType.TEXT, "Only of that method.")
                .takes("chat", FieldType.ID, "Only those whose chat_id names that chat.")
                .takes("after", FieldType.number(0, Long.MAX_VALUE), "Only those with a greater sequence number.")
                .takes("ok", FieldType.FLAG, "Only those that succeeded, or only the others.")
                .takes("most", FieldType.number(1, Integer.MAX_VALUE), "The latest that many.")
                .takes(
                        "wait",
                        FieldType.number(0, 60),
                        "As long as there is none, wait for one, so many seconds at most.")
                .gives(FieldType.OBJECTS);
        table.delete("/control/calls", "Forgets all recorded calls; their numbers go on.", this::clear)
                .waits();
    }

    private String list(Given given) {
        var filter = CallFilter.all();
        if (given.has("bot")) filter = filter.withBot(given.id("bot"));
        if (given.has("method")) filter = filter.withMethod(given.text("method"));
        if (given.has("chat")) filter = filter.withChat(given.id("chat"));
        if (given.has("after")) filter = filter.withAfter(given.id("after"));
        if (given.has("ok")) filter = filter.withOk(given.flag("ok", true));
        if (given.has("most")) filter = filter.withMost(given.number("most"));
        return given.has("wait") ? await(filter, Duration.ofSeconds(given.number("wait"))) : calls.listJson(filter);
    }

    private String await(CallFilter filter, Duration atMost) {
        var news = new Semaphore(0);
        long end = System.nanoTime() + atMost.toNanos();
        try (var watch = world.watchEverything(news::release)) {
            while (true) {
                var unused = watch.take();
                var found = calls.listJson(filter);
                long left = end - System.nanoTime();
                if (!found.equals("[]") || left <= 0 || closing.getAsBoolean()) return found;
                boolean told = news.tryAcquire(Math.min(left, LONGEST_NAP_NANOS), TimeUnit.NANOSECONDS);
                if (told) news.drainPermits();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return calls.listJson(filter);
        }
    }

    private String clear(Given given) {
        calls.clear();
        return "{\"ok\":true}";
    }
}
