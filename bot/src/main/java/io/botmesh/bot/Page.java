package io.botmesh.bot;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * One page of a list, and the buttons to turn it.
 *
 * @param items  of this page, in order
 * @param number from 0
 * @param pages  at least 1: an empty list has one empty page
 */
public record Page<T>(List<T> items, int number, int pages) {
    public Page {
        items = List.copyOf(items);
        if (pages < 1 || number < 0 || number >= pages)
            throw new IllegalArgumentException("page " + number + " of " + pages);
    }

    /**
     * The page of that number, or the last one if the list has become shorter since the button was sent.
     *
     * @param size most items of a page, at least 1
     */
    public static <T> Page<T> of(List<T> all, int number, int size) {
        if (size < 1) throw new IllegalArgumentException("size: " + size);
        int pages = Math.max(1, Math.ceilDiv(all.size(), size));
        int shown = Math.clamp(number, 0, pages - 1);
        return new Page<>(all.subList(shown * size, Math.min(all.size(), (shown + 1) * size)), shown, pages);
    }

    /**
     * A row per item and, with more than one page, a row to turn: {@code ‹ 2/3 ›}.
     *
     * @param label of an item
     * @param press what its button stands for
     * @param turn  what the button to a page stands for, by its number
     */
    public InlineKeyboard keyboard(
            Function<? super T, String> label,
            Function<? super T, ? extends Record> press,
            IntFunction<? extends Record> turn) {
        var keyboard = InlineKeyboard.of();
        for (var item : items)
            keyboard = keyboard.button(label.apply(item), press.apply(item)).row();
        return pages == 1 ? keyboard : keyboard.add(turning(turn));
    }

    /** Only the row to turn; at the ends its arrows lead round. */
    public InlineKeyboard turning(IntFunction<? extends Record> turn) {
        return InlineKeyboard.of()
                .button("‹", turn.apply((number + pages - 1) % pages))
                .button((number + 1) + "/" + pages, turn.apply(number))
                .button("›", turn.apply((number + 1) % pages));
    }
}
