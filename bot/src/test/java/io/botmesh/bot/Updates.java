package io.botmesh.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.FilePart;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.User;
import io.botmesh.runner.Delivery;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Updates as the server writes them, and contexts over them without a server. */
final class Updates {
    static final String TOKEN = "123:example-token-example-token-example";
    static final User ME = User.of(123, true, "Bot").withUsername("My_Bot");

    private Updates() {}

    /** Quotes are written as apostrophes. */
    static RawUpdate update(String fields) {
        return RawUpdate.parse(
                ("{'update_id':7," + fields + "}").replace('\'', '"').getBytes(UTF_8));
    }

    /** A message of Ann's in a private chat. */
    static RawUpdate message(String fields) {
        return message("message", "{'id':42,'type':'private','first_name':'Ann'}", fields);
    }

    static RawUpdate message(String kind, String chat, String fields) {
        return update("'" + kind + "':{'message_id':5,'date':1,'chat':" + chat
                + ",'from':{'id':42,'is_bot':false,'first_name':'Ann'}," + fields + "}");
    }

    static RawUpdate text(String text) {
        return message("'text':'" + text + "'" + commandEntity(text));
    }

    static String commandEntity(String text) {
        if (!text.startsWith("/")) return "";
        int length = text.contains(" ") ? text.indexOf(' ') : text.length();
        return ",'entities':[{'type':'bot_command','offset':0,'length':" + length + "}]";
    }

    static RawUpdate press(String data) {
        return update(
                "'callback_query':{'id':'9','from':{'id':42,'is_bot':false,'first_name':'Ann'},'chat_instance':'1',"
                        + "'data':'" + data
                        + "','message':{'message_id':5,'date':1,'chat':{'id':42,'type':'private'},'text':'x'}}");
    }

    static Context context(RawUpdate update) {
        return context(update, new Recorded());
    }

    static Context context(RawUpdate update, Api api) {
        return new Context(api, ME, Delivery.of(update, 1));
    }

    /** Keeps calls instead of sending them; there is no answer to show. */
    static class Recorded implements Api {
        final List<ApiCall<?>> calls = new ArrayList<>();

        @Override
        public BotToken token() {
            return BotToken.parse(TOKEN);
        }

        @Override
        public <R> R call(ApiCall<R> call) {
            return call(call, Duration.ZERO);
        }

        @Override
        @SuppressWarnings("NullAway") // nobody looks at the answers
        public <R> R call(ApiCall<R> call, Duration deadline) {
            calls.add(call);
            return null;
        }

        @Override
        public List<RawUpdate> getUpdates(GetUpdates call) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FilePart open(String filePath, long from, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long download(String filePath, long limitBytes, Duration deadline, OutputStream out) {
            throw new UnsupportedOperationException();
        }
    }
}
