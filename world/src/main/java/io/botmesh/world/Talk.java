package io.botmesh.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How people send messages and change them. */
final class Talk {
    private static final int MOST_IN_ALBUM = 10;

    /** What a person sends with what its file says of itself, which is read before anything waits for it. */
    private record Prepared(Outgoing what, Attachments.@Nullable Attachment attachment) {
        static Prepared of(Outgoing what, Core core) {
            if (!(what.item() instanceof Outgoing.Item.File file)) return new Prepared(what, null);
            return new Prepared(
                    what,
                    Attachments.look(file.upload(), core.pictures(), file.kind().type() == FileType.PHOTO));
        }

        Attachments.Attachment file() {
            return Objects.requireNonNull(attachment);
        }
    }

    private final Gate gate;
    private final Stage stage;
    private final Core core;

    Talk(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    String say(long fromUserId, long chatId, Outgoing what) {
        var prepared = Prepared.of(what, core);
        return gate.pass(() -> {
            var person = stage.person(fromUserId);
            var chat = stage.chatOf(person, chatId);
            var message = core.postman().post(chat, posting(person, chat, prepared));
            return core.json().message(message, core.registry().viewer(chat));
        });
    }

    String suggest(long fromUserId, long chatId, Outgoing what, int stars, @Nullable Instant sendDate) {
        var prepared = Prepared.of(what, core);
        return gate.pass(() -> {
            var person = stage.person(fromUserId);
            var chat = stage.chat(chatId);
            if (chat.profile().directMessagesOf == null) {
                throw new IllegalArgumentException("nobody takes suggestions in " + chatId);
            }
            var price = stars == 0 ? null : new DirectPost.Price("XTR", stars);
            long date = sendDate == null ? 0 : sendDate.getEpochSecond();
            var direct = new DirectPost(person, DirectPost.State.PENDING, price, date);
            var message =
                    core.postman().post(chat, posting(person, chat, prepared).withDirect(direct));
            return core.json().message(message, core.registry().viewer(chat));
        });
    }

    void decide(long fromUserId, long chatId, int messageId, boolean approved, String comment) {
        gate.pass(() -> {
            var person = stage.person(fromUserId);
            var message = stage.message(stage.chat(chatId), messageId);
            var direct = message.posting().direct();
            var channel = message.chat().profile().directMessagesOf;
            if (channel == null || direct == null || direct.state != DirectPost.State.PENDING) {
                throw new IllegalArgumentException("message " + messageId + " waits for nobody to decide on it");
            }
            boolean own = direct.topic.equals(message.author());
            boolean mayDecide = own
                    ? channel.member(person).can(approved ? Right.POST_MESSAGES : Right.MANAGE_DIRECT_MESSAGES)
                    : person.equals(direct.topic);
            if (!mayDecide) throw new IllegalArgumentException(fromUserId + " has nothing to decide there");
            var suggestions = core.interactions().suggestions;
            if (approved) {
                try {
                    suggestions.approve(message, person, own ? person : message.author(), 0);
                } catch (Refused refused) {
                    throw new IllegalArgumentException("it asked to appear too late", refused);
                }
            } else {
                suggestions.decline(message, person, Names.clean(comment, SuggestionMethods.MOST_COMMENT));
            }
            return message;
        });
    }

    String sayAlbum(long fromUserId, long chatId, List<Outgoing> album) {
        if (album.size() < 2 || album.size() > MOST_IN_ALBUM) {
            throw new IllegalArgumentException("an album is 2 to 10 files: " + album.size());
        }
        var prepared = album.stream().map(one -> Prepared.of(one, core)).toList();
        return gate.pass(() -> {
            var person = stage.person(fromUserId);
            var chat = stage.chatOf(person, chatId);
            var postings = new ArrayList<Posting>();
            for (var one : prepared) {
                if (!(one.what().item() instanceof Outgoing.Item.File)) {
                    throw new IllegalArgumentException("an album is made of files only");
                }
                postings.add(posting(person, chat, one));
            }
            long id = core.interactions().nextId();
            var json = new JsonWriter(1024).array();
            for (var posting : postings) {
                var marked = posting.withMarks(posting.marks().withMediaGroup(id));
                var message = core.postman().post(chat, marked);
                core.json().write(json, message, core.registry().viewer(chat), true);
            }
            return json.endArray().toString();
        });
    }

    /** A new text, or a new caption under what has one. */
    String edit(long fromUserId, long chatId, int messageId, String text) {
        return change(fromUserId, chatId, messageId, message -> {
            if (message.content() instanceof TextContent) {
                return new TextContent(SendMethods.text(new Draft(text, List.of())), null);
            }
            if (message.content() instanceof Content.Captioned media) {
                return media.withCaption(SendMethods.caption(new Draft(text, List.of())), false);
            }
            throw new IllegalArgumentException(fromUserId + " has no text " + messageId + " in " + chatId);
        });
    }

    /** Another file in its place. */
    String replace(long fromUserId, long chatId, int messageId, Outgoing what) {
        if (!(what.item() instanceof Outgoing.Item.File)) throw new IllegalArgumentException("no file to put there");
        var prepared = Prepared.of(what, core);
        return change(fromUserId, chatId, messageId, message -> {
            if (message.content().files().isEmpty()) {
                throw new IllegalArgumentException(fromUserId + " has no file " + messageId + " in " + chatId);
            }
            return content(stage.person(fromUserId), prepared);
        });
    }

    /** A live place moves on, or with null comes to rest. */
    String move(long fromUserId, long chatId, int messageId, @Nullable Place to) {
        return change(fromUserId, chatId, messageId, message -> {
            if (!(message.content() instanceof LocationContent place) || !place.live()) {
                throw new IllegalArgumentException(fromUserId + " has no live place " + messageId + " in " + chatId);
            }
            return to == null
                    ? place.stopped()
                    : new LocationContent(to.require(), place.livePeriod(), place.heading(), place.radius(), true);
        });
    }

    /** Pays for files; the bot that sent them gets the Stars and is told. */
    void buy(long userId, long chatId, int messageId) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var message = stage.message(stage.chatOf(person, chatId), messageId);
            if (!(message.content() instanceof PaidMediaContent media)) {
                throw new IllegalArgumentException("message " + messageId + " is not for sale");
            }
            var bot = stage.bot(message.author().id());
            var partner = new JsonWriter().object().field("type", "user");
            partner.field("transaction_type", "paid_media_payment");
            person.write(partner.name("user"));
            if (!media.payload().isEmpty()) partner.field("paid_media_payload", media.payload());
            var id = Long.toString(core.interactions().nextId());
            core.interactions().stars.earn(bot.account(), id, media.starCount(), partner.endObject());
            var json = new JsonWriter().object();
            person.write(json.name("from"));
            json.field("paid_media_payload", media.payload()).endObject();
            core.postman()
                    .give(
                            bot,
                            UpdateKind.PURCHASED_PAID_MEDIA,
                            person.id(),
                            Postman.named(UpdateKind.PURCHASED_PAID_MEDIA, json));
            return message;
        });
    }

    private interface Change {
        Content apply(Message message);
    }

    private String change(long fromUserId, long chatId, int messageId, Change change) {
        return gate.pass(() -> {
            var person = stage.person(fromUserId);
            var chat = stage.chatOf(person, chatId);
            var message = stage.message(chat, messageId);
            if (!message.author().equals(person) || message.origin() != null) {
                throw new IllegalArgumentException(fromUserId + " wrote no message " + messageId + " in " + chatId);
            }
            var content = change.apply(message);
            if (!content.equals(message.content())) core.postman().edit(message, content, message.markup());
            return core.json().message(message, core.registry().viewer(chat));
        });
    }

    private Posting posting(Account person, Chat chat, Prepared prepared) {
        var what = prepared.what();
        var origin = what.item() instanceof Outgoing.Item.Forward again ? forwarded(person, again) : null;
        var content =
                origin == null ? content(person, prepared) : origin.content().forwarded();
        requireMay(person, chat, content);
        var answered = what.replyTo() == null ? null : stage.message(chat, what.replyTo());
        var posting = Posting.of(person, content)
                .withByline(byline(person, chat, what))
                .withOrigin(origin == null ? null : Origin.of(origin))
                .answering(answering(what, answered))
                .withMarks(chat.topics().marks(chat, person, what.threadId() == null ? 0 : what.threadId(), answered));
        // In a channel's direct messages everybody has a topic of their own.
        return chat.profile().directMessagesOf == null ? posting : posting.withDirect(DirectPost.plain(person));
    }

    private static Answering answering(Outgoing what, @Nullable Message answered) {
        if (answered == null) return Answering.NOTHING;
        var to = Answering.to(answered.id());
        if (what.quote() == null) return to;
        var part = new FormattedText(what.quote(), List.of());
        var whole = answered.content().words();
        int at = whole.text().indexOf(part.text());
        if (part.isEmpty() || at < 0) {
            throw new IllegalArgumentException("message " + answered.id() + " does not say: " + what.quote());
        }
        return to.quoting(Quote.at(whole, at, at + part.text().length()));
    }

    private Message forwarded(Account person, Outgoing.Item.Forward again) {
        var message = stage.message(stage.chatOf(person, again.chatId()), again.messageId());
        if (message.isProtected() || !message.content().canBeForwarded()) {
            throw new IllegalArgumentException("message " + again.messageId() + " can't be forwarded");
        }
        return message;
    }

    private Content content(Account person, Prepared prepared) {
        var text = prepared.what().text() == null ? "" : prepared.what().text();
        var draft = new Draft(text, List.of());
        return switch (prepared.what().item()) {
            case null -> new TextContent(SendMethods.text(draft), null);
            case Outgoing.Item.File file -> file(file, prepared.file(), SendMethods.caption(draft));
            case Outgoing.Item.Location place -> place(person, place);
            case Outgoing.Item.Venue venue ->
                new VenueContent(
                        new Place(venue.latitude(), venue.longitude(), 0).require(),
                        venue.title(),
                        venue.address(),
                        "",
                        "",
                        "");
            case Outgoing.Item.Contact contact ->
                new ContactContent(
                        contact.phoneNumber(), contact.firstName(), contact.lastName(), "", contact.userId());
            case Outgoing.Item.Dice dice -> DiceContent.roll(DiceContent.check(dice.emoji()), core.random());
            case Outgoing.Item.Poll poll -> new PollContent(PollReader.of(poll, core));
            case Outgoing.Item.Forward again -> throw new IllegalStateException("a forward is no content: " + again);
        };
    }

    private static Content place(Account person, Outgoing.Item.Location place) {
        if (place.livePeriod() < 0) throw new IllegalArgumentException(person.id() + " can't be live in the past");
        return new LocationContent(
                new Place(place.latitude(), place.longitude(), 0).require(),
                place.livePeriod(),
                0,
                0,
                place.livePeriod() > 0);
    }

    private Content file(Outgoing.Item.File file, Attachments.Attachment attachment, FormattedText caption) {
        var type = file.kind().type();
        var fresh = new InputFile.Fresh(attachment);
        var kept = new InputFiles(core).keep(fresh, type);
        return type.isCaptioned() ? new MediaContent(kept, caption, false, false) : new BareMediaContent(kept);
    }

    private void requireMay(Account person, Chat chat, Content content) {
        var member = chat.member(person);
        boolean may = chat.migratedTo == 0
                && switch (chat.kind()) {
                    case PRIVATE -> !chat.blocked && !person.deactivated;
                    case CHANNEL -> member.can(Right.POST_MESSAGES);
                    case GROUP, SUPERGROUP ->
                        chat.profile().directMessagesOf != null
                                || chat.permits(member, SendKind.of(content).permission());
                };
        if (!may) throw new IllegalArgumentException(person.id() + " may not write to " + chat.id());
        int wait = member.isAdmin() ? 0 : chat.slowFor(person, core.agenda().seconds());
        if (wait > 0) throw new IllegalArgumentException("slow mode: wait " + wait + " s in " + chat.id());
    }

    /** In a group an owner of a channel may speak as that channel, unless it is banned there. */
    private Byline byline(Account person, Chat chat, Outgoing what) {
        if (what.senderId() == null) return Byline.by(person);
        var channel = stage.chat(what.senderId());
        if (chat.kind() != Chat.Kind.SUPERGROUP || chat.profile().bannedSenders.contains(channel.id())) {
            throw new IllegalArgumentException(channel.id() + " may not write to " + chat.id());
        }
        if (channel.member(person).status() != Member.Status.CREATOR) {
            throw new IllegalArgumentException(person.id() + " does not own " + channel.id());
        }
        return Byline.by(person).inTheNameOf(channel, ServiceAccounts.CHANNEL);
    }
}
