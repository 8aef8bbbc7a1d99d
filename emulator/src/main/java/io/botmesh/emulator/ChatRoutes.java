package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.ChatSettings;
import io.botmesh.world.Chats;
import io.botmesh.world.Forums;
import io.botmesh.world.Memberships;
import io.botmesh.world.World;

/** How chats are set up, how people come in and go, and topics. */
final class ChatRoutes {
    private static final String OK = "{\"ok\":true}";

    private final Chats chats;
    private final ChatSettings settings;
    private final Memberships memberships;
    private final Forums forums;

    ChatRoutes(World world) {
        chats = world.chats();
        settings = world.chatSettings();
        memberships = world.memberships();
        forums = world.forums();
    }

    void addTo(ControlTable table) {
        table.post("/control/chat-settings", "The owner of a chat changes how it is set up.", this::set)
                .needs("chat", FieldType.ID, "A channel or group.")
                .takes("title", FieldType.TEXT, "")
                .takes("description", FieldType.TEXT, "Empty for none.")
                .takes("photo", FieldType.FILE, "A picture.")
                .takes("no_photo", FieldType.FLAG, "True takes the photo away.")
                .takes("permissions", FieldType.TEXTS, "What members of a group may do, as in ChatPermissions.")
                .takes("slow_mode", FieldType.DURATION, "Between two messages of a member.")
                .takes("signatures", FieldType.FLAG, "Whether posts of a channel are signed.")
                .takes("protected", FieldType.FLAG, "Whether nothing may be forwarded out of it.")
                .takes(
                        "discussion",
                        FieldType.ID,
                        "The group in which the posts of a channel are discussed; 0 for none.")
                .takes("forum", FieldType.FLAG, "Whether a group has topics.")
                .takes("join_by_request", FieldType.FLAG, "Whether an administrator decides on everybody who comes.")
                .takes("guard", FieldType.ID, "The bot that is asked about them; 0 for none.");
        table.post(
                        "/control/titles",
                        "What an administrator is called in a group; without a title nothing.",
                        this::title)
                .needs("chat", FieldType.ID, "A group.")
                .needs("user", FieldType.ID, "A person or a bot.")
                .takes("title", FieldType.TEXT, "");
        table.post("/control/upgrades", "Makes a supergroup of a basic group.", this::upgrade)
                .needs("chat", FieldType.ID, "A basic group.")
                .gives(SceneRoutes.CHAT);
        table.post("/control/direct-messages", "Opens the direct messages of a channel.", this::directMessages)
                .needs("chat", FieldType.ID, "A channel.")
                .gives(SceneRoutes.CHAT);
        table.post("/control/links", "A new invite link.", this::link)
                .needs("chat", FieldType.ID, "")
                .takes("expires", FieldType.INSTANT, "")
                .takes("member_limit", FieldType.number(0, 99_999), "How many get in by it; default 0, all.")
                .takes("asks", FieldType.FLAG, "Whether administrators decide on each.")
                .gives(FieldType.object(new Fields("Link").needs("url", FieldType.TEXT, "What people open.")));
        table.post("/control/visits", "A person comes by a link, or is brought in by a member.", this::visit)
                .needs("user", FieldType.ID, "A person.")
                .takes("link", FieldType.TEXT, "The url.")
                .takes("chat", FieldType.ID, "Where it is brought in.")
                .takes("by", FieldType.ID, "The member that brings it.");
        table.post(
                        "/control/join-requests",
                        "A person asks to be let in, or an administrator decides on it.",
                        this::request)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "")
                .takes("approved", FieldType.FLAG, "What is decided; without it the person asks.");
        table.post("/control/blocks", "A person blocks a bot, or no longer does.", this::block)
                .needs("user", FieldType.ID, "A person.")
                .needs("bot", FieldType.ID, "")
                .takes("blocked", FieldType.FLAG, "Default true.");
        table.post("/control/deactivations", "A person deletes its account.", this::deactivate)
                .needs("user", FieldType.ID, "A person.");
        table.post("/control/boosts", "A person boosts a chat.", this::boost)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "")
                .needs("lasts", FieldType.DURATION, "")
                .gives(FieldType.object(new Fields("Boost").needs("boost_id", FieldType.TEXT, "")));
        table.delete("/control/boosts", "Ends a boost.", this::endBoost)
                .needs("chat", FieldType.ID, "")
                .needs("boost_id", FieldType.TEXT, "");
        table.post("/control/topics", "A person makes a topic, renames it, closes it or opens it again.", this::topic)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "A forum, or a bot with topics.")
                .takes("topic", FieldType.MESSAGE_ID, "The one to change; without it a new one is made.")
                .takes("name", FieldType.TEXT, "")
                .takes("closed", FieldType.FLAG, "")
                .gives(FieldType.object(new Fields("Topic").needs("topic", FieldType.MESSAGE_ID, "")));
    }

    private String set(Given given) throws Wrong {
        long chat = given.id("chat");
        if (given.has("title")) settings.rename(chat, given.text("title"));
        if (given.has("description")) settings.describe(chat, given.text("description"));
        var photo = given.file("photo");
        if (photo != null) settings.photo(chat, photo.content());
        else if (given.flag("no_photo", false)) settings.photo(chat, null);
        if (given.has("permissions")) settings.permissions(chat, SceneRoutes.permissions(given));
        if (given.has("slow_mode")) settings.slowMode(chat, given.duration("slow_mode"));
        if (given.has("protected")) settings.protectContent(chat, given.flag("protected", false));
        if (given.has("signatures")) settings.signPosts(chat, given.flag("signatures", false));
        if (given.has("discussion")) {
            if (given.id("discussion") == 0) settings.discussNoMore(chat);
            else settings.discuss(chat, given.id("discussion"));
        }
        if (given.has("forum")) settings.forum(chat, given.flag("forum", false));
        if (given.has("join_by_request")) settings.joinByRequest(chat, given.flag("join_by_request", false));
        if (given.has("guard")) settings.guard(chat, given.id("guard"));
        return OK;
    }

    private String title(Given given) {
        settings.title(given.id("chat"), given.id("user"), given.optionalText("title"));
        return OK;
    }

    private String upgrade(Given given) {
        return "{\"chat_id\":" + chats.upgrade(given.id("chat")).id() + "}";
    }

    private String directMessages(Given given) {
        return "{\"chat_id\":" + settings.directMessages(given.id("chat")).id() + "}";
    }

    private String link(Given given) {
        var url = memberships.newLink(
                given.id("chat"),
                given.has("expires") ? given.instant("expires") : null,
                given.number("member_limit", 0),
                given.flag("asks", false));
        return "{\"url\":" + quoted(url) + "}";
    }

    private String visit(Given given) throws Wrong {
        boolean brought = given.has("chat") && given.has("by");
        if (given.has("link") == brought) throw new Wrong("either \"link\", or \"chat\" and \"by\"");
        if (brought) memberships.invite(given.id("by"), given.id("chat"), given.id("user"));
        else memberships.join(given.id("user"), given.text("link"));
        return OK;
    }

    private String request(Given given) {
        if (given.has("approved")) {
            memberships.decide(given.id("chat"), given.id("user"), given.flag("approved", true));
        } else {
            memberships.ask(given.id("user"), given.id("chat"));
        }
        return OK;
    }

    private String block(Given given) {
        if (given.flag("blocked", true)) memberships.block(given.id("user"), given.id("bot"));
        else memberships.unblock(given.id("user"), given.id("bot"));
        return OK;
    }

    private String deactivate(Given given) {
        memberships.deactivate(given.id("user"));
        return OK;
    }

    private String boost(Given given) {
        return "{\"boost_id\":" + quoted(memberships.boost(given.id("user"), given.id("chat"), given.duration("lasts")))
                + "}";
    }

    private String endBoost(Given given) {
        memberships.endBoost(given.id("chat"), given.text("boost_id"));
        return OK;
    }

    private String topic(Given given) throws Wrong {
        long user = given.id("user");
        long chat = given.id("chat");
        if (!given.has("topic")) {
            if (!given.has("name")) throw new Wrong("\"name\" is missing");
            return "{\"topic\":" + forums.create(user, chat, given.text("name")) + "}";
        }
        int topic = given.number("topic");
        if (given.has("name")) forums.rename(user, chat, topic, given.text("name"));
        if (given.has("closed")) forums.close(user, chat, topic, given.flag("closed", true));
        return "{\"topic\":" + topic + "}";
    }
}
