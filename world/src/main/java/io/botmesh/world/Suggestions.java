package io.botmesh.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Posts that somebody suggests to a channel: who decides on them, when they appear, and who pays whom. */
final class Suggestions {
    /** How long a post has to stay before the channel is paid. */
    private static final long STAY = 86_400;

    /** Where a post is. */
    private record Place(long chatId, int messageId) {}

    /**
     * What was paid for a post that may yet go.
     *
     * @param counted whether it came out of a purse
     */
    private record Deal(Message suggestion, Account poster, DirectPost.Price price, String id, boolean counted) {}

    private final Agenda agenda;
    private final Postman postman;
    private final Stars stars;
    private final LongSupplier ids;
    private final Map<Place, Deal> deals = new HashMap<>();

    Suggestions(Agenda agenda, Postman postman, Stars stars, LongSupplier ids) {
        this.agenda = agenda;
        this.postman = postman;
        this.stars = stars;
        this.ids = ids;
    }

    /**
     * Lets a post appear now or when it was asked for, if whoever writes to the channel can pay for it.
     *
     * @param decider  who agrees
     * @param poster   an administrator in whose name it appears
     * @param sendDate Unix seconds, 0 for what was asked for
     */
    void approve(Message message, Account decider, Account poster, long sendDate) {
        var direct = pending(message);
        long now = agenda.seconds();
        long asked = sendDate == 0 ? direct.sendDate : sendDate;
        boolean past = sendDate != 0 && sendDate < now;
        if (past || asked > now + DirectPost.MOST_DELAY) throw Refused.of(400, "SCHEDULE_DATE_INVALID");
        var price = direct.price;
        var id = price == null ? "" : "post" + Long.toString(ids.getAsLong(), 36);
        boolean counted = price != null && price.inStars() && stars.counts(direct.topic);
        if (price != null && counted) {
            if (stars.balance(direct.topic) < price.amount()) {
                tell(message, decider, new SuggestionNews.Failed(message.id(), price));
                return;
            }
            stars.spend(direct.topic, id, price.amount(), partner());
        }
        long at = Math.max(asked, now);
        direct.state = DirectPost.State.APPROVED;
        direct.sendDate = at;
        tell(message, decider, new SuggestionNews.Approved(message.id(), price, at));
        var deal = price == null ? null : new Deal(message, poster, price, id, counted);
        Runnable publish = () -> {
            var marks = Marks.NONE.withPaidPost(deal != null);
            var post = postman.post(
                    channel(message), Posting.of(poster, message.content()).withMarks(marks));
            if (deal != null) begin(post, deal);
        };
        if (at > now) agenda.at(Instant.ofEpochSecond(at), publish);
        else publish.run();
    }

    private void begin(Message post, Deal deal) {
        var place = new Place(post.chat().id(), post.id());
        deals.put(place, deal);
        agenda.at(Instant.ofEpochSecond(agenda.seconds() + STAY), () -> {
            if (deals.remove(place) == null) return;
            tell(
                    deal.suggestion(),
                    deal.poster(),
                    new SuggestionNews.Paid(deal.suggestion().id(), deal.price()));
        });
    }

    /** A post that goes before its time is not paid. */
    void deleted(Message post) {
        var deal = deals.remove(new Place(post.chat().id(), post.id()));
        if (deal == null) return;
        var payer = topic(deal.suggestion());
        if (deal.counted()) stars.earn(payer, deal.id(), deal.price().amount(), partner());
        tell(
                deal.suggestion(),
                deal.poster(),
                new SuggestionNews.Refunded(deal.suggestion().id(), "post_deleted"));
    }

    void decline(Message message, Account decider, String comment) {
        pending(message).state = DirectPost.State.DECLINED;
        tell(message, decider, new SuggestionNews.Declined(message.id(), comment));
    }

    /** The channel that takes suggestions where the message is; refused if none does. */
    static Chat channel(Message message) {
        var channel = message.chat().profile().directMessagesOf;
        if (channel == null) throw Refused.of(400, "MESSAGE_ID_INVALID");
        return channel;
    }

    /** The suggestion that nobody has decided on yet; refused if there is none. */
    static DirectPost pending(Message message) {
        var direct = message.posting().direct();
        if (direct == null || direct.state != DirectPost.State.PENDING) {
            throw Refused.of(400, "MESSAGE_ID_INVALID");
        }
        return direct;
    }

    private static Account topic(Message suggestion) {
        var direct = suggestion.posting().direct();
        if (direct == null) throw new IllegalStateException("no suggestion: " + suggestion.id());
        return direct.topic;
    }

    private static JsonWriter partner() {
        return new JsonWriter().object().field("type", "other").endObject();
    }

    private void tell(Message message, Account teller, SuggestionNews news) {
        var posting = Posting.of(teller, news).answering(Answering.to(message.id()));
        postman.post(message.chat(), posting.withDirect(DirectPost.plain(topic(message))));
    }
}
