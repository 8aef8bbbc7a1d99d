package io.botmesh.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Measures what is asked for, or all, and prints a table in Markdown: {@code [--quick] [figure]...}. */
public final class Bench {
    private static final List<Figure> ALL = List.of(
            new Rates(),
            new Polls(),
            new Starts(),
            new Memory(),
            new Deliveries(),
            new Costs(),
            new Replies(),
            new Trickle(),
            new HotChat(),
            new Saturation(),
            new Cores(),
            new Sealing(),
            new Meshes(),
            new OneWay(),
            new Comeback(),
            new Backlogs(),
            new Hooks(),
            new Peers());

    private Bench() {}

    /** Prints how it goes on the standard error, and only the table on the standard output. */
    public static void main(String[] args) throws Exception {
        var scale = Scale.FULL;
        var asked = new ArrayList<Figure>();
        for (var arg : args) {
            if (arg.equals("--quick")) {
                scale = Scale.QUICK;
                continue;
            }
            var figure = ALL.stream().filter(one -> one.name().equals(arg)).findFirst();
            if (figure.isEmpty()) {
                System.err.println("bench: there is no figure " + arg + "; there are "
                        + ALL.stream().map(Figure::name).collect(Collectors.joining(", ")));
                System.exit(2);
            }
            asked.add(figure.orElseThrow());
        }
        System.out.print(table(asked.isEmpty() ? ALL : asked, scale));
    }

    static String table(List<Figure> figures, Scale scale) throws Exception {
        var table = new StringBuilder("| command | figure | target | seen |\n|---|---|---|---|\n");
        for (var figure : figures) {
            System.err.println("bench: " + figure.name() + " ...");
            for (var row : figure.measure(scale)) {
                table.append("| `make bench ARGS=").append(figure.name()).append("` | ");
                table.append(row.figure())
                        .append(" | ")
                        .append(row.target())
                        .append(" | ")
                        .append(row.seen());
                table.append(" |\n");
            }
        }
        return table.toString();
    }

    static List<Figure> all() {
        return ALL;
    }
}
