package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.botapi.ButtonStyle;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.KeyboardButton;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyboardTest {
    @CallbackName("p")
    record Pick(int item) {}

    @CallbackName("t")
    record Turn(int page) {}

    @Test
    void buttonsStandInRows() {
        var keyboard = InlineKeyboard.of()
                .button("a", "1")
                .url("b", "https://b.example")
                .row()
                .row()
                .button("c", new Pick(3))
                .styled(ButtonStyle.DANGER);
        assertThat(keyboard.markup().inlineKeyboard())
                .containsExactly(
                        List.of(
                                InlineKeyboardButton.of("a").withCallbackData("1"),
                                InlineKeyboardButton.of("b").withUrl("https://b.example")),
                        List.of(InlineKeyboardButton.of("c")
                                .withCallbackData(CallbackType.data(new Pick(3)))
                                .withStyle(ButtonStyle.DANGER)));
    }

    @Test
    void aKeyboardIsNeverChanged() {
        var one = InlineKeyboard.of().button("a", "1");
        one.button("b", "2");
        assertThat(one.rows())
                .containsExactly(List.of(InlineKeyboardButton.of("a").withCallbackData("1")));
    }

    @Test
    void buttonsFlowIntoColumns() {
        var keyboard = InlineKeyboard.of();
        for (int i = 0; i < 5; i++) keyboard = keyboard.button("b" + i, "d");
        assertThat(keyboard.columns(2).rows()).extracting(List::size).containsExactly(2, 2, 1);
        assertThat(keyboard.row().add(keyboard).columns(12).rows())
                .extracting(List::size)
                .containsExactly(10);
    }

    @Test
    void whatTheServerWouldLeaveOutOrRefuseIsRefusedHere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InlineKeyboard.of().button(" ", "d"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InlineKeyboard.of().button("b", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InlineKeyboard.of().button("b", "ü".repeat(33)))
                .withMessageStartingWith("callback data of 66 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InlineKeyboard.of().copy("b", "x".repeat(257)));
        assertThatIllegalStateException()
                .isThrownBy(() -> InlineKeyboard.of().button("b", "d").pay("p"));
        assertThatIllegalArgumentException().isThrownBy(() -> grown(13, false)).withMessage("over 12 buttons in a row");
        assertThatIllegalArgumentException().isThrownBy(() -> grown(301, true)).withMessage("over 300 buttons");
        assertThatIllegalStateException().isThrownBy(() -> ReplyKeyboard.of().markup());
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyKeyboard.forceReply("x".repeat(65)));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyKeyboard.of().placeholder(""));
    }

    private static InlineKeyboard grown(int buttons, boolean oneARow) {
        var keyboard = InlineKeyboard.of();
        for (int i = 0; i < buttons; i++) {
            keyboard = keyboard.button("b", "d");
            if (oneARow) keyboard = keyboard.row();
        }
        return keyboard;
    }

    @Test
    void keysHaveOptions() {
        var markup = ReplyKeyboard.of()
                .key("a")
                .contact("b")
                .once()
                .placeholder("choose")
                .selective()
                .row()
                .key("c")
                .markup();
        assertThat(markup.keyboard())
                .containsExactly(
                        List.of(KeyboardButton.of("a"), KeyboardButton.of("b").withRequestContact(true)),
                        List.of(KeyboardButton.of("c")));
        assertThat(markup.resizeKeyboard()).isTrue();
        assertThat(markup.oneTimeKeyboard()).isTrue();
        assertThat(markup.selective()).isTrue();
        assertThat(markup.inputFieldPlaceholder()).isEqualTo("choose");
    }

    @Test
    void aPageHasItsItemsAndAWayToTheOthers() {
        var all = IntStream.range(0, 5).boxed().toList();
        assertThat(Page.of(all, 1, 2).items()).containsExactly(2, 3);
        assertThat(Page.of(all, 9, 2)).isEqualTo(new Page<>(List.of(4), 2, 3));
        assertThat(Page.of(List.of(), 0, 2)).isEqualTo(new Page<>(List.of(), 0, 1));

        var keyboard = Page.of(all, 0, 2).keyboard(i -> "item " + i, Pick::new, Turn::new);
        assertThat(keyboard.rows().stream()
                        .map(row -> row.stream().map(InlineKeyboardButton::text).toList()))
                .containsExactly(List.of("item 0"), List.of("item 1"), List.of("‹", "1/3", "›"));
        assertThat(keyboard.rows().getLast())
                .extracting(InlineKeyboardButton::callbackData)
                .containsExactly(
                        CallbackType.data(new Turn(2)), CallbackType.data(new Turn(0)), CallbackType.data(new Turn(1)));
    }
}
