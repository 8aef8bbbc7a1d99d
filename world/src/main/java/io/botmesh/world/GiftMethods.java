package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Methods about gifts. */
final class GiftMethods {
    private static final int MOST_TEXT = 128;
    private static final Map<Integer, Integer> PREMIUM = Map.of(3, 1_000, 6, 1_500, 12, 2_500);

    private final Core core;

    GiftMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getAvailableGifts", Pace.OTHER, this::getAvailableGifts);
        table.faithful("sendGift", Pace.OTHER, this::sendGift);
        table.faithful("giftPremiumSubscription", Pace.OTHER, this::giftPremiumSubscription);
        table.faithful("getUserGifts", Pace.OTHER, this::getUserGifts);
        table.faithful("getChatGifts", Pace.OTHER, this::getChatGifts);
        table.faithful("getBusinessAccountGifts", Pace.OTHER, this::getBusinessAccountGifts);
        table.faithful("convertGiftToStars", Pace.OTHER, this::convertGiftToStars);
        table.faithful("upgradeGift", Pace.OTHER, this::upgradeGift);
        table.faithful("transferGift", Pace.OTHER, this::transferGift);
    }

    private Gifts gifts() {
        return core.interactions().gifts;
    }

    Reply getAvailableGifts(Bot bot, Params params) {
        var json = new JsonWriter(1024).object().name("gifts").array();
        var files = new FileJson(core.files());
        for (var gift : gifts().catalogue(core.files())) gift.write(json, files, bot, gifts().sold(gift));
        return new Reply.Ok(json.endArray().endObject().toString());
    }

    /** Paid from the bot's Stars; the chat shows it. */
    Reply sendGift(Bot bot, Params params) {
        gifts().catalogue(core.files());
        var giftId = params.required("gift_id");
        var text = text(params);
        var chat = params.has("chat_id") ? core.access().writable(bot, params.raw("chat_id")) : null;
        var person = chat == null ? core.access().person(bot, params.userId("user_id")) : chat.person();
        if (chat != null && person == null && chat.kind() != Chat.Kind.CHANNEL)
            throw Refused.of(400, "CHAT_ID_INVALID");
        var gift = gifts().find(giftId);
        if (gift == null) throw Refused.of(400, "STARGIFT_INVALID");
        if (gift.total() > 0 && gifts().sold(gift) >= gift.total()) throw Refused.of(400, "STARGIFT_USAGE_LIMITED");
        boolean upgrade = params.flag("pay_for_upgrade") && gift.upgradeStars() > 0;
        long price = upgrade ? (long) gift.stars() + gift.upgradeStars() : gift.stars();
        var partner = new JsonWriter().object();
        if (person != null) {
            person.write(partner.field("type", "user")
                    .field("transaction_type", "gift_purchase")
                    .name("user"));
        } else if (chat != null) {
            chat.write(partner.field("type", "chat").name("chat"));
        }
        gift.write(partner.name("gift"), new FileJson(core.files()), bot, gifts().sold(gift));
        var stars = core.interactions().stars;
        stars.spend(bot.account(), "gift" + core.interactions().nextId(), price, partner.endObject());
        long owner = person != null ? person.id() : chat == null ? 0 : chat.id();
        var given = gifts().give(gift, bot.account(), owner, text, core.agenda().seconds());
        var shown = person == null ? chat : bot.privateChats.get(person.id());
        if (shown != null) core.postman().post(shown, Posting.of(bot.account(), new GiftContent(given)));
        return BotMethods.TRUE;
    }

    private FormattedText text(Params params) {
        var text = Draft.of(
                        params.raw("text"), params.raw("text_parse_mode"), params.raw("text_entities"), core.registry())
                .clean(true);
        if (text.codePoints() > MOST_TEXT) throw Refused.of(400, "STARGIFT_MESSAGE_INVALID");
        return text;
    }

    Reply giftPremiumSubscription(Bot bot, Params params) {
        var person = core.access().person(bot, params.userId("user_id"));
        int months = params.integer("month_count", 0, 0, 12);
        int stars = params.integer("star_count", 0, 0, Integer.MAX_VALUE);
        text(params);
        var price = PREMIUM.get(months);
        if (price == null) throw Refused.of(400, "Invalid month count specified");
        if (price != stars) throw Refused.of(400, "Invalid star count specified");
        var partner = new JsonWriter().object().field("type", "user").field("transaction_type", "premium_purchase");
        person.write(partner.name("user"));
        partner.field("premium_subscription_duration", months).endObject();
        core.interactions()
                .stars
                .spend(bot.account(), "premium" + core.interactions().nextId(), stars, partner);
        person.premium = true;
        core.agenda().at(core.agenda().now().plus(Duration.ofDays(30L * months)), () -> person.premium = false);
        return BotMethods.TRUE;
    }

    Reply getUserGifts(Bot bot, Params params) {
        return list(
                bot, params, core.access().person(bot, params.userId("user_id")).id());
    }

    Reply getChatGifts(Bot bot, Params params) {
        return list(
                bot, params, core.access().readable(bot, params.raw("chat_id")).id());
    }

    Reply getBusinessAccountGifts(Bot bot, Params params) {
        var connection = core.interactions().connections.allowed(bot, params, "can_view_gifts_and_stars");
        return list(bot, params, connection.person.id());
    }

    private Reply list(Bot bot, Params params, long ownerId) {
        var found = new java.util.ArrayList<>(gifts().of(ownerId));
        found.removeIf(one -> params.flag(exclusion(one)));
        if (params.flag("sort_by_price")) {
            found.sort(Comparator.comparingInt(one -> -one.gift.stars()));
        }
        int from = params.integer("offset", 0, 0, Integer.MAX_VALUE);
        int limit = params.integer("limit", 100, 1, 100);
        var json = new JsonWriter(512).object().field("total_count", found.size());
        json.name("gifts").array();
        var files = new FileJson(core.files());
        for (int i = from; i < found.size() && i - from < limit; i++) gifts().write(json, found.get(i), files, bot);
        json.endArray();
        if (found.size() - from > limit) json.field("next_offset", Integer.toString(from + limit));
        return new Reply.Ok(json.endObject().toString());
    }

    /** The argument that leaves out such a gift. */
    private static String exclusion(Gifts.Owned one) {
        if (one.uniqueNumber > 0) return "exclude_unique";
        if (one.gift.total() == 0) return "exclude_unlimited";
        return one.gift.upgradeStars() > 0 ? "exclude_limited_upgradable" : "exclude_limited_non_upgradable";
    }

    Reply convertGiftToStars(Bot bot, Params params) {
        var connection = core.interactions().connections.allowed(bot, params, "can_convert_gifts_to_stars");
        var one = owned(connection, params);
        if (one.uniqueNumber > 0) throw Refused.of(400, "STARGIFT_CONVERT_UNAVAILABLE");
        gifts().remove(one);
        core.interactions().stars.earn(connection.person, one.id, one.gift.convertStars(), other());
        return BotMethods.TRUE;
    }

    Reply upgradeGift(Bot bot, Params params) {
        var connection = core.interactions().connections.allowed(bot, params, "can_transfer_and_upgrade_gifts");
        var one = owned(connection, params);
        if (one.uniqueNumber > 0 || one.gift.upgradeStars() == 0) {
            throw Refused.of(400, "STARGIFT_UPGRADE_UNAVAILABLE");
        }
        pay(connection, params, one.gift.upgradeStars());
        gifts().makeUnique(one);
        return BotMethods.TRUE;
    }

    Reply transferGift(Bot bot, Params params) {
        var connection = core.interactions().connections.allowed(bot, params, "can_transfer_and_upgrade_gifts");
        var one = owned(connection, params);
        long newOwner = params.number("new_owner_chat_id");
        if (core.registry().account(newOwner) == null && core.registry().chat(newOwner) == null) {
            throw Refused.of(400, "chat not found");
        }
        if (one.uniqueNumber == 0) throw Refused.of(400, "STARGIFT_TRANSFER_UNAVAILABLE");
        pay(connection, params, 0);
        one.ownerId = newOwner;
        return BotMethods.TRUE;
    }

    /** The person pays what the bot says, if that is enough. */
    private void pay(Connection connection, Params params, int least) {
        int stars = params.integer("star_count", 0, 0, Integer.MAX_VALUE);
        if (stars < least) throw Refused.of(400, "STARS_AMOUNT_INVALID");
        if (stars == 0) return;
        core.interactions()
                .stars
                .spend(connection.person, "gift" + core.interactions().nextId(), stars, other());
    }

    private static JsonWriter other() {
        return new JsonWriter().object().field("type", "other").endObject();
    }

    private Gifts.Owned owned(Connection connection, Params params) {
        Gifts.@Nullable Owned one = gifts().owned(params.required("owned_gift_id"), connection.person.id());
        if (one == null) throw Refused.of(400, "STARGIFT_INVALID");
        return one;
    }
}
