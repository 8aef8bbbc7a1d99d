package io.botmesh.bench;

import io.botmesh.emulator.Emulator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long an emulator takes to start and to close within a JVM, as in a test class. */
final class Starts implements Figure {
    @Override
    public String name() {
        return "starts";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        try (var child = Child.start(Starts.class, Integer.toString(scale.starts() + 1))) {
            var starts = numbers(child.answer());
            var closes = numbers(child.answer());
            var warm = Arrays.copyOfRange(starts, 1, starts.length);
            return List.of(
                    new Row(
                            "Emulator.start() in a JVM that has started one before",
                            "under 100 ms",
                            String.format(Locale.ROOT, "%.0f ms", starts[1])),
                    new Row(
                            "Emulator.start(), the following " + warm.length + " in the same JVM",
                            "under 100 ms",
                            Spread.of(warm).text(1) + " ms"),
                    new Row(
                            "Emulator.start(), the first of a JVM",
                            "",
                            String.format(Locale.ROOT, "%.0f ms", starts[0])),
                    new Row("Emulator.close()", "", Spread.of(closes).text(1) + " ms"));
        }
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** The measured process. */
    public static void main(String[] args) {
        int times = Integer.parseInt(args[0]);
        var starts = new StringBuilder();
        var closes = new StringBuilder();
        for (int i = 0; i < times; i++) {
            long begun = System.nanoTime();
            var emulator = Emulator.start();
            long started = System.nanoTime();
            emulator.close();
            long closed = System.nanoTime();
            starts.append(i == 0 ? "" : " ").append((started - begun) / 1e6);
            closes.append(i == 0 ? "" : " ").append((closed - started) / 1e6);
        }
        System.out.println(starts);
        System.out.println(closes);
    }
}
