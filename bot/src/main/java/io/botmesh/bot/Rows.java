package io.botmesh.bot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rows of buttons within the server's limits, beyond which it leaves buttons out without a word.
 *
 * @param open whether the last row goes on
 */
record Rows<B>(List<List<B>> rows, boolean open) {
    private static final int MOST_IN_ROW = 12;
    private static final int MOST = 300;

    static <B> Rows<B> of() {
        return new Rows<>(List.of(), false);
    }

    static String label(String label) {
        if (label.isBlank()) throw new IllegalArgumentException("a button without a label");
        return label;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    Rows<B> with(B button) {
        var all = new ArrayList<>(rows);
        var row = open ? new ArrayList<>(all.removeLast()) : new ArrayList<B>();
        row.add(button);
        all.add(List.copyOf(row));
        return checked(all, true);
    }

    Rows<B> with(Rows<B> below) {
        var all = new ArrayList<>(rows);
        all.addAll(below.rows);
        return checked(all, below.open);
    }

    Rows<B> withLast(UnaryOperator<B> change) {
        if (rows.isEmpty()) throw new IllegalStateException("no button yet");
        var all = new ArrayList<>(rows);
        var row = new ArrayList<>(all.removeLast());
        row.add(change.apply(row.removeLast()));
        all.add(List.copyOf(row));
        return new Rows<>(List.copyOf(all), open);
    }

    Rows<B> ended() {
        return new Rows<>(rows, false);
    }

    Rows<B> columns(int columns) {
        if (columns < 1 || columns > MOST_IN_ROW) throw new IllegalArgumentException("columns: " + columns);
        var again = Rows.<B>of();
        int in = 0;
        for (var row : rows) {
            for (var button : row) {
                again = again.with(button);
                if (++in % columns == 0) again = again.ended();
            }
        }
        return again;
    }

    private static <B> Rows<B> checked(List<List<B>> rows, boolean open) {
        int all = rows.stream().mapToInt(List::size).sum();
        if (all > MOST) throw new IllegalArgumentException("over " + MOST + " buttons");
        if (!rows.isEmpty() && rows.getLast().size() > MOST_IN_ROW)
            throw new IllegalArgumentException("over " + MOST_IN_ROW + " buttons in a row");
        return new Rows<>(List.copyOf(rows), open);
    }
}
