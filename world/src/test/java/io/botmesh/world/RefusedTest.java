package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusedTest {
    private static String text(int code, String message) {
        var failure = (Reply.Failure) Refused.of(code, message).reply();
        return failure.code() + " " + failure.description();
    }

    @Test
    void theTextGetsItsPrefixAndStartsInLowerCase() {
        assertThat(text(400, "Message text is empty")).isEqualTo("400 Bad Request: message text is empty");
        assertThat(text(403, "bot was kicked")).isEqualTo("403 Forbidden: bot was kicked");
        assertThat(text(401, "X is bad")).isEqualTo("401 Unauthorized: x is bad");
        assertThat(text(500, "Oops")).isEqualTo("500 Internal Server Error: oops");
    }

    @Test
    void serverCodesStayAsTheyAre() {
        assertThat(text(400, "CHAT_ADMIN_REQUIRED")).isEqualTo("400 Bad Request: CHAT_ADMIN_REQUIRED");
        assertThat(text(400, "A_B")).isEqualTo("400 Bad Request: A_B");
    }

    @Test
    void aForbiddenServerCodeBecomesABadRequest() {
        assertThat(text(403, "CHAT_WRITE_FORBIDDEN")).isEqualTo("400 Bad Request: CHAT_WRITE_FORBIDDEN");
    }

    @Test
    void codesThatTheBotApiDoesNotKnowBecomeBadRequests() {
        assertThat(text(404, "Gone")).isEqualTo("400 Bad Request: gone");
        assertThat(text(303, "Moved")).isEqualTo("400 Bad Request: moved");
        assertThat(text(406, "No")).isEqualTo("400 Bad Request: no");
    }

    @Test
    void someServerCodesAreToldInWords() {
        assertThat(text(400, "USER_IS_BLOCKED")).isEqualTo("403 Forbidden: bot was blocked by the user");
        assertThat(text(400, "INPUT_USER_DEACTIVATED")).isEqualTo("403 Forbidden: user is deactivated");
        assertThat(text(400, "MESSAGE_DELETE_FORBIDDEN")).isEqualTo("400 Bad Request: message can't be deleted");
        assertThat(text(400, "QUERY_ID_INVALID"))
                .isEqualTo("400 Bad Request: query is too old and response timeout expired or query ID is invalid");
        assertThat(text(400, "USER_ADMIN_INVALID")).isEqualTo("400 Bad Request: user is an administrator of the chat");
    }

    @Test
    void otherServerCodesAreToldInWordsToo() {
        assertThat(text(400, "MESSAGE_NOT_MODIFIED"))
                .isEqualTo(
                        "400 Bad Request: message is not modified: specified new message content and reply markup are"
                                + " exactly the same as a current content and reply markup of the message");
        assertThat(text(400, "CHAT_ABOUT_NOT_MODIFIED")).isEqualTo("400 Bad Request: chat description is not modified");
        assertThat(text(400, "WEBPAGE_CURL_FAILED")).isEqualTo("400 Bad Request: failed to get HTTP URL content");
        assertThat(text(400, "WC_CONVERT_URL_INVALID")).isEqualTo("400 Bad Request: wrong HTTP URL specified");
    }
}
