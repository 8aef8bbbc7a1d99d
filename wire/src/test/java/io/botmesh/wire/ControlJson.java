package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.Reset;
import tools.jackson.databind.node.ObjectNode;

/** Control frames as the vectors write them: names as in wire.proto, ids in hex, spans with their ends. */
final class ControlJson {
    private ControlJson() {}

    static ObjectNode of(Control control) {
        var json = Vectors.JSON.createObjectNode();
        switch (control) {
            case Ack ack -> ack(json.putObject("ack"), ack);
            case Credit credit -> credit(json.putObject("credit"), credit);
            case Nack nack -> nack(json.putObject("nack"), nack);
            case Open open ->
                json.putObject("open")
                        .put("stream", open.stream())
                        .put("name", open.name())
                        .put("earlier", open.earlier())
                        .put("earlierEnd", open.earlierEnd());
            case Close close ->
                json.putObject("close").put("stream", close.stream()).put("sequence", close.sequence());
            case Reset reset ->
                json.putObject("reset")
                        .put("stream", reset.stream())
                        .put("sequence", reset.sequence())
                        .put("weight", reset.weight());
            case Ping ping -> json.putObject("ping").put("token", ping.token());
            case Pong pong ->
                json.putObject("pong")
                        .put("incarnation", id(pong.incarnation()))
                        .put("token", pong.token());
        }
        return json;
    }

    private static void ack(ObjectNode to, Ack ack) {
        to.put("incarnation", id(ack.incarnation())).put("session", id(ack.session()));
        var streams = to.putArray("streams");
        for (Control.StreamAck stream : ack.streams()) {
            var one = streams.addObject().put("stream", stream.stream()).put("stored", stream.stored());
            var beyond = one.putArray("beyond");
            for (Span span : stream.beyond()) span(beyond.addObject(), span);
            one.put("done", stream.done()).put("closed", stream.closed());
        }
        var seen = to.putArray("seen");
        for (Control.Seen one : ack.seen()) {
            seen.addObject().put("channel", one.channel()).put("message", one.message());
        }
    }

    private static void credit(ObjectNode to, Credit credit) {
        to.put("incarnation", id(credit.incarnation())).put("weight", credit.weight());
        var streams = to.putArray("streams");
        for (Control.StreamCredit one : credit.streams()) {
            streams.addObject().put("stream", one.stream()).put("weight", one.weight());
        }
        var lanes = to.putArray("lanes");
        for (Control.LaneGrant one : credit.lanes()) {
            lanes.addObject().put("writer", one.writer()).put("millipostPerMinute", one.millipostsPerMinute());
        }
    }

    private static void nack(ObjectNode to, Nack nack) {
        to.put("incarnation", id(nack.incarnation()));
        var posts = to.putArray("posts");
        for (Control.PostRange one : nack.posts()) {
            span(posts.addObject().put("channel", one.channel()), one.messages());
        }
        var pieces = to.putArray("pieces");
        for (Control.PieceRange one : nack.pieces()) {
            span(pieces.addObject().put("stream", one.stream()), one.pieces());
        }
    }

    private static void span(ObjectNode to, Span span) {
        to.put("from", span.from()).put("until", span.until());
    }

    private static String id(long id) {
        return Vectors.HEX.toHexDigits(id);
    }
}
