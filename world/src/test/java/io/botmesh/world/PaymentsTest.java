package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Invoices, what people pay, and Stars. */
class PaymentsTest {
    private static final String OPTIONS =
            "[{\"id\":\"post\",\"title\":\"Post\",\"prices\":[{\"label\":\"p\",\"amount\":150}]}]";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Payments payments = scene.world.people().payments();

    PaymentsTest() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
    }

    private Reply call(String method, String... more) {
        var arguments = Arguments.builder();
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        arguments
                .add("chat_id", Scene.text(ann.id()))
                .add("title", "Tea")
                .add("description", "green")
                .add("payload", "order 7")
                .add("currency", "XTR")
                .add("prices", "[{\"label\":\"one\",\"amount\":50}]");
        return Scene.now(scene.send(bot, method, arguments.build()));
    }

    private long begin(String... more) {
        return payments.begin(ann.id(), bot.id(), Scene.id(Scene.ok(call("sendInvoice", more))));
    }

    private JsonNode newest(String kind) {
        return scene.updates(bot)
                .valueStream()
                .filter(update -> update.has(kind))
                .toList()
                .getLast()
                .get(kind);
    }

    private String pay(String... more) {
        long payment = begin(more);
        payments.pay(payment);
        var query = newest("pre_checkout_query").get("id").asString();
        scene.ok(bot, "answerPreCheckoutQuery", "pre_checkout_query_id", query, "ok", "true");
        return payments.status(payment).chargeId();
    }

    @Test
    void aPaymentInStarsGoesFromInvoiceToBalance() {
        var invoice = Scene.ok(call("sendInvoice", "start_parameter", "s")).get("invoice");
        assertThat(invoice.toString())
                .isEqualTo(
                        "{\"title\":\"Tea\",\"description\":\"green\",\"start_parameter\":\"s\",\"currency\":\"XTR\","
                                + "\"total_amount\":50}");
        var charge = pay();
        var query = newest("pre_checkout_query");
        assertThat(query.get("invoice_payload").asString()).isEqualTo("order 7");
        assertThat(query.get("total_amount").asInt()).isEqualTo(50);
        var paid = newest("message").get("successful_payment");
        assertThat(paid.get("telegram_payment_charge_id").asString()).isEqualTo(charge);
        assertThat(scene.raw(bot, "getMyStarBalance")).isEqualTo("{\"amount\":50}");
        var transaction =
                scene.ok(bot, "getStarTransactions").get("transactions").get(0);
        assertThat(transaction.get("id").asString()).isEqualTo(charge);
        assertThat(transaction.get("source").get("user").get("id").asLong()).isEqualTo(ann.id());
        assertThat(scene.ok(bot, "getStarTransactions", "offset", "1")
                        .get("transactions")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aRefundTakesTheStarsBackOnce() {
        var charge = pay();
        var her = Scene.text(ann.id());
        scene.ok(bot, "refundStarPayment", "user_id", her, "telegram_payment_charge_id", charge);
        assertThat(newest("message")
                        .get("refunded_payment")
                        .get("telegram_payment_charge_id")
                        .asString())
                .isEqualTo(charge);
        assertThat(scene.raw(bot, "getMyStarBalance")).isEqualTo("{\"amount\":0}");
        assertThat(scene.ok(bot, "getStarTransactions")
                        .get("transactions")
                        .get(1)
                        .has("receiver"))
                .isTrue();
        assertThat(scene.refusal(bot, "refundStarPayment", "user_id", her, "telegram_payment_charge_id", charge))
                .isEqualTo("400 Bad Request: CHARGE_ALREADY_REFUNDED");
        assertThat(scene.refusal(bot, "refundStarPayment", "user_id", her, "telegram_payment_charge_id", "x"))
                .isEqualTo("400 Bad Request: CHARGE_ID_INVALID");
        assertThat(scene.refusal(bot, "refundStarPayment", "user_id", her))
                .isEqualTo("400 Bad Request: parameter \"telegram_payment_charge_id\" is required");
    }

    @Test
    void whatIsDeliveredAsksForTheWayFirst() {
        long payment =
                begin("currency", "EUR", "provider_token", "p", "is_flexible", "1", "need_shipping_address", "1");
        assertThatThrownBy(() -> payments.pay(payment)).hasMessage("choose a shipping option first");
        payments.ship(payment, Map.of("country_code", "DE", "city", "Ulm"));
        var query = newest("shipping_query");
        assertThat(query.get("shipping_address").get("city").asString()).isEqualTo("Ulm");
        var id = query.get("id").asString();
        assertThat(scene.refusal(bot, "answerShippingQuery", "shipping_query_id", id, "ok", "1"))
                .isEqualTo("400 Bad Request: parameter \"shipping_options\" is required");
        scene.ok(bot, "answerShippingQuery", "shipping_query_id", id, "ok", "1", "shipping_options", OPTIONS);
        payments.choose(payment, "post");
        payments.pay(payment);
        var checkout = newest("pre_checkout_query");
        assertThat(checkout.get("total_amount").asInt()).isEqualTo(200);
        assertThat(checkout.get("shipping_option_id").asString()).isEqualTo("post");
        scene.ok(
                bot,
                "answerPreCheckoutQuery",
                "pre_checkout_query_id",
                checkout.get("id").asString(),
                "ok",
                "1");
        var paid = newest("message").get("successful_payment");
        assertThat(paid.get("order_info")
                        .get("shipping_address")
                        .get("country_code")
                        .asString())
                .isEqualTo("DE");
        assertThat(scene.raw(bot, "getMyStarBalance")).isEqualTo("{\"amount\":0}");
    }

    private void confirm() {
        var query = newest("pre_checkout_query").get("id").asString();
        scene.ok(bot, "answerPreCheckoutQuery", "pre_checkout_query_id", query, "ok", "true");
    }

    @Test
    void whatABotAsksForIsToldBeforeAnybodyPays() {
        long payment = begin(
                "currency",
                "EUR",
                "provider_token",
                "p",
                "need_name",
                "1",
                "need_phone_number",
                "1",
                "need_email",
                "1");
        assertThat(payments.status(payment).asks()).containsExactly("email", "name", "phone_number");
        assertThatThrownBy(() -> payments.pay(payment)).hasMessage("the bot asks for email, name, phone_number first");
        payments.introduce(payment, Map.of("name", "Ann", "email", "ann@example.org", "phone_number", "4900000"));
        assertThat(payments.status(payment).asks()).isEmpty();
        payments.pay(payment);
        var order = "{\"name\":\"Ann\",\"phone_number\":\"4900000\",\"email\":\"ann@example.org\"}";
        assertThat(newest("pre_checkout_query").get("order_info").toString()).isEqualTo(order);
        confirm();
        assertThat(newest("message").get("successful_payment").get("order_info").toString())
                .isEqualTo(order);
        long unasked = begin("currency", "EUR", "provider_token", "p");
        assertThatThrownBy(() -> payments.introduce(unasked, Map.of("name", "Ann")))
                .hasMessage("the bot does not ask for name");
        assertThat(payments.status(begin("need_name", "1")).asks()).isEmpty();
    }

    @Test
    void anAddressThatCostsNothingIsToldWithoutAQuestionToTheBot() {
        long payment = begin("currency", "EUR", "provider_token", "p", "need_shipping_address", "1");
        assertThatThrownBy(() -> payments.pay(payment)).hasMessage("the bot asks for shipping_address first");
        payments.ship(payment, Map.of("country_code", "DE", "city", "Ulm"));
        payments.pay(payment);
        assertThat(newest("pre_checkout_query")
                        .get("order_info")
                        .get("shipping_address")
                        .get("city")
                        .asString())
                .isEqualTo("Ulm");
        assertThat(scene.updates(bot).toString()).doesNotContain("shipping_query");
    }

    @Test
    void aTipComesOnTop() {
        String[] tips = {
            "currency", "EUR", "provider_token", "p", "max_tip_amount", "20", "suggested_tip_amounts", "[5,10]"
        };
        long payment = begin(tips);
        assertThatThrownBy(() -> payments.tip(payment, 21)).hasMessage("a tip is 0 to 20: 21");
        payments.tip(payment, 20);
        payments.pay(payment);
        assertThat(newest("pre_checkout_query").get("total_amount").asInt()).isEqualTo(70);
        confirm();
        assertThat(newest("message")
                        .get("successful_payment")
                        .get("total_amount")
                        .asInt())
                .isEqualTo(70);
        long without = begin("max_tip_amount", "20");
        assertThatThrownBy(() -> payments.tip(without, 1)).hasMessage("a tip is 0 to 0: 1");
    }

    @Test
    void suggestedTipsAreFewAndGrowUpToTheMost() {
        for (var bad : Map.of(
                        "x", "can't parse suggested tip amounts JSON object",
                        "5", "expected an Array of suggested tip amounts",
                        "[1,2,3,4,5]", "there can be at most 4 suggested tip amounts",
                        "[true]", "suggested tip amount must be of type Number",
                        "[0]", "suggested tip amount must be positive",
                        "[5,5]", "suggested tip amounts must be in a strictly increasing order",
                        "[5,21]", "suggested tip amount can't be bigger than max_tip_amount")
                .entrySet()) {
            var refusal = Scene.refusal(call(
                    "sendInvoice",
                    "currency",
                    "EUR",
                    "provider_token",
                    "p",
                    "max_tip_amount",
                    "20",
                    "suggested_tip_amounts",
                    bad.getKey()));
            assertThat(refusal).isEqualTo("400 Bad Request: " + bad.getValue());
        }
    }

    @Test
    void aBotHasTenSecondsToConfirm() {
        long payment = begin();
        payments.pay(payment);
        var id = newest("pre_checkout_query").get("id").asString();
        scene.seconds(10);
        assertThat(payments.status(payment).stage()).isEqualTo("failed");
        assertThat(scene.refusal(bot, "answerPreCheckoutQuery", "pre_checkout_query_id", id, "ok", "1"))
                .startsWith("400 Bad Request: query is too old");
        long declined = begin();
        payments.pay(declined);
        id = newest("pre_checkout_query").get("id").asString();
        scene.ok(bot, "answerPreCheckoutQuery", "pre_checkout_query_id", id, "ok", "0", "error_message", "sold out");
        assertThat(payments.status(declined).error()).isEqualTo("sold out");
    }

    @Test
    void aSubscriptionRenewsEachMonthUntilItIsCanceled() {
        var link = Scene.ok(call("createInvoiceLink", "subscription_period", "2592000"))
                .asString();
        assertThat(link).startsWith("https://t.me/$");
        long payment = payments.beginLink(ann.id(), link);
        payments.pay(payment);
        var query = newest("pre_checkout_query").get("id").asString();
        scene.ok(bot, "answerPreCheckoutQuery", "pre_checkout_query_id", query, "ok", "true");
        var first = newest("message").get("successful_payment");
        assertThat(first.get("is_first_recurring").booleanValue()).isTrue();
        scene.seconds(Invoice.MONTH);
        var second = newest("message").get("successful_payment");
        assertThat(second.has("is_first_recurring")).isFalse();
        assertThat(scene.raw(bot, "getMyStarBalance")).isEqualTo("{\"amount\":100}");
        var charge = payments.status(payment).chargeId();
        payments.cancelSubscription(charge, true);
        assertThat(newest("subscription").get("state").asString()).isEqualTo("canceled");
        scene.seconds(Invoice.MONTH);
        assertThat(scene.raw(bot, "getMyStarBalance")).isEqualTo("{\"amount\":100}");
        var her = Scene.text(ann.id());
        scene.ok(
                bot,
                "editUserStarSubscription",
                "user_id",
                her,
                "telegram_payment_charge_id",
                charge,
                "is_canceled",
                "false");
        assertThat(Scene.refusal(call("createInvoiceLink", "subscription_period", "1")))
                .isEqualTo("400 Bad Request: SUBSCRIPTION_PERIOD_INVALID");
    }

    @Test
    void badInvoicesAreRefusedInTheServersWords() {
        assertThat(scene.refusal(bot, "sendInvoice")).isEqualTo("400 Bad Request: parameter \"title\" is required");
        assertThat(Scene.refusal(call("sendInvoice", "prices", "x")))
                .isEqualTo("400 Bad Request: can't parse prices JSON object");
        assertThat(Scene.refusal(call("sendInvoice", "prices", "[]")))
                .isEqualTo("400 Bad Request: there must be at least one price");
        assertThat(Scene.refusal(call("sendInvoice", "prices", "[{\"label\":\"\",\"amount\":1}]")))
                .isEqualTo("400 Bad Request: can't parse labeled price: LabeledPrice label must be non-empty");
        assertThat(Scene.refusal(call("sendInvoice", "prices", "[{\"label\":\"a\",\"amount\":\"x\"}]")))
                .isEqualTo("400 Bad Request: can't parse labeled price: Field \"amount\" must be of type Number");
        assertThat(Scene.refusal(call("sendInvoice", "currency", "EUR")))
                .isEqualTo("400 Bad Request: PAYMENT_PROVIDER_INVALID");
        assertThat(Scene.refusal(call("sendInvoice", "currency", "euro")))
                .isEqualTo("400 Bad Request: CURRENCY_INVALID");
        assertThat(Scene.refusal(call("sendInvoice", "title", "\udcff")))
                .isEqualTo("400 Bad Request: invoice title must be encoded in UTF-8");
    }

    @Test
    void onlyTheButtonToPayStandsFirstUnderAnInvoice() {
        assertThat(Scene.refusal(call(
                        "sendInvoice",
                        "reply_markup",
                        "{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"b\"}]]}")))
                .isEqualTo("400 Bad Request: REPLY_MARKUP_BUY_EMPTY");
        Scene.ok(call("sendInvoice", "reply_markup", "{\"inline_keyboard\":[[{\"text\":\"Pay\",\"pay\":true}]]}"));
    }

    @Test
    void aScoreOnlyGrowsUnlessForced() {
        var chat = Scene.text(ann.id());
        var id = Scene.text(Scene.id(scene.ok(bot, "sendGame", "chat_id", chat, "game_short_name", "chess")));
        var bob = scene.world.addUser("Bob", null);
        for (var score : List.of("5", "7")) score(ann, id, score);
        score(bob, id, "6");
        var scores =
                scene.ok(bot, "getGameHighScores", "chat_id", chat, "message_id", id, "user_id", Scene.text(bob.id()));
        assertThat(scores.get(0).get("score").asInt()).isEqualTo(7);
        assertThat(scores.get(1).get("user").get("id").asLong()).isEqualTo(bob.id());
        assertThat(scores.get(1).get("position").asInt()).isEqualTo(2);
        assertThat(scene.refusal(
                        bot,
                        "setGameScore",
                        "chat_id",
                        chat,
                        "message_id",
                        id,
                        "user_id",
                        Scene.text(ann.id()),
                        "score",
                        "7"))
                .isEqualTo("400 Bad Request: BOT_SCORE_NOT_MODIFIED");
    }

    @Test
    void theBestScoresStandUnderTheGameUnlessItIsToStayAsItIs() {
        var chat = Scene.text(ann.id());
        var id = Scene.text(Scene.id(scene.ok(bot, "sendGame", "chat_id", chat, "game_short_name", "chess")));
        String[] her = {"chat_id", chat, "message_id", id, "user_id", chat};
        score(scene.world.addUser("Bob", null), id, "6");
        var edited = scene.ok(bot, "setGameScore", her[0], her[1], her[2], her[3], her[4], her[5], "score", "7");
        assertThat(edited.get("game").get("text").asString()).isEqualTo("1. Ann \u2013 7\n2. Bob \u2013 6");
        assertThat(edited.has("edit_date")).isTrue();
        var kept = scene.ok(
                bot,
                "setGameScore",
                her[0],
                her[1],
                her[2],
                her[3],
                her[4],
                her[5],
                "score",
                "8",
                "disable_edit_message",
                "true");
        assertThat(kept.get("game")).isEqualTo(edited.get("game"));
        var own = scene.ok(
                bot, "editMessageText", "chat_id", chat, "message_id", id, "text", "*Go*", "parse_mode", "MarkdownV2");
        assertThat(own.get("game").get("text").asString()).isEqualTo("Go");
        assertThat(own.get("game").get("text_entities").get(0).get("type").asString())
                .isEqualTo("bold");
    }

    @Test
    void anInvoiceWithoutAKeyboardGetsTheButtonToPay() {
        assertThat(pay(Scene.ok(call("sendInvoice")))).isEqualTo("Pay \u2b50\ufe0f50");
        var euros = call("sendInvoice", "currency", "EUR", "provider_token", "p");
        assertThat(pay(Scene.ok(euros))).isEqualTo("Pay 0.50 EUR");
        var yen = call("sendInvoice", "currency", "JPY", "provider_token", "p");
        assertThat(pay(Scene.ok(yen))).isEqualTo("Pay 50 JPY");
    }

    private static String pay(JsonNode message) {
        var button = message.get("reply_markup").get("inline_keyboard").get(0).get(0);
        assertThat(button.get("pay").asBoolean()).isTrue();
        return button.get("text").asString();
    }

    private void score(Person person, String id, String score) {
        scene.ok(
                bot,
                "setGameScore",
                "chat_id",
                Scene.text(ann.id()),
                "message_id",
                id,
                "user_id",
                Scene.text(person.id()),
                "score",
                score);
    }
}
