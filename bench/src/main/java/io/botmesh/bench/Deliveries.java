package io.botmesh.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the emulator's webhooks deliver: 16 bots in one channel, so that of each bot one update is on its way at a time, to a
 * server in another process that says 200 at once.
 */
final class Deliveries implements Figure {
    private static final int BOTS = 16;

    @Override
    public String name() {
        return "deliveries";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var perSecond = new ArrayList<Double>();
        var micros = new ArrayList<Double>();
        int posts = Math.max(10, scale.requests() / 6);
        try (var receiver = new Receiver();
                var emulator = Child.start(Served.class, "hooks")) {
            var port = emulator.answer();
            if (port.isEmpty()) throw new IllegalStateException("no emulator");
            emulator.ask("bots " + BOTS);
            emulator.ask("channel");
            emulator.ask("hook " + receiver.port());
            for (int i = -scale.warmUps(); i < scale.rounds(); i++) {
                var all = receiver.expect(posts * BOTS);
                long cpu = emulator.askNumber("cpu");
                long begun = System.nanoTime();
                emulator.ask("post " + posts);
                if (!all.await(10, TimeUnit.MINUTES))
                    throw new IllegalStateException(all.getCount() + " did not arrive");
                double seconds = (System.nanoTime() - begun) / 1e9;
                long used = emulator.askNumber("cpu") - cpu;
                if (i < 0) continue;
                perSecond.add(posts * BOTS / seconds);
                micros.add(used / 1e3 / (posts * BOTS));
            }
        }
        return List.of(new Row(
                "webhooks: updates a second to " + BOTS + " bots; processor time, making them included",
                "",
                String.format(Locale.ROOT, "%s; %s µs", spread(perSecond), spread(micros))));
    }

    private static String spread(List<Double> values) {
        return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray())
                .text(0);
    }
}
