// Reads paths with Jayway JsonPath 2.0.0: a line `["path", document]` each, answered by a line.

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class Jayway {
    static final Configuration CONFIGURATION = Configuration.builder()
        .jsonProvider(new JacksonJsonProvider())
        .mappingProvider(new JacksonMappingProvider())
        .build();

    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream told = new PrintStream(System.out, true, "UTF-8");
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            List<?> question = json.readValue(line, List.class);
            told.println(json.writeValueAsString(answer((String) question.get(0), question.get(1))));
        }
    }

    static Map<String, Object> answer(String text, Object document) {
        Map<String, Object> answer = new LinkedHashMap<>();
        JsonPath path;
        try {
            path = JsonPath.compile(text);
        } catch (RuntimeException error) {
            return failed(answer, error);
        }
        answer.put("definite", path.isDefinite());
        try {
            Object value = path.read(document, CONFIGURATION);
            answer.put("value", value);
            return answer;
        } catch (RuntimeException error) {
            return failed(answer, error);
        }
    }

    static Map<String, Object> failed(Map<String, Object> answer, RuntimeException error) {
        String kind = error.getClass().getSimpleName();
        answer.put("err", kind);
        answer.put("msg", String.valueOf(error.getMessage()));
        return answer;
    }
}
