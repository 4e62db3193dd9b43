/* QEMU's machine protocol: one JSON object a line; commands are answered in order. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/internal.h"

static void take_line(struct harness *harness, const char *line)
{
	cJSON *message = cJSON_Parse(line);

	if (cJSON_HasObjectItem(message, "return") || cJSON_HasObjectItem(message, "error")) {
		cJSON_Delete(harness->qmp_reply);
		harness->qmp_reply = message;
		return;
	}
	cJSON_Delete(message); /* the greeting, or an event that nobody waits for */
}

int qmp_take(struct harness *harness, const char *bytes, size_t count)
{
	char *end;

	if (harness->qmp_length + count + 1 > harness->qmp_room) {
		size_t room = 2 * (harness->qmp_length + count + 1);
		char *grown = realloc(harness->qmp_line, room);

		if (!grown)
			return -ENOMEM;
		harness->qmp_line = grown;
		harness->qmp_room = room;
	}
	memcpy(harness->qmp_line + harness->qmp_length, bytes, count);
	harness->qmp_length += count;
	harness->qmp_line[harness->qmp_length] = '\0';
	while ((end = strchr(harness->qmp_line, '\n'))) {
		*end = '\0';
		take_line(harness, harness->qmp_line);
		harness->qmp_length -= (size_t)(end + 1 - harness->qmp_line);
		memmove(harness->qmp_line, end + 1, harness->qmp_length + 1);
	}
	return 0;
}

static int await_reply(struct harness *harness, const char *command)
{
	uint64_t end = harness_real_ms() + harness->guard_ms;

	while (!harness->qmp_reply) {
		uint64_t now = harness_real_ms();
		int error = now < end ? harness_pump(harness, (int)(end - now)) : -ETIMEDOUT;

		if (error < 0) {
			fprintf(stderr, "harness: no answer to QMP %s: %s\n", command, strerror(-error));
			return error;
		}
	}
	return 0;
}

int harness_qmp(struct harness *harness, const char *command, struct cJSON *arguments, struct cJSON **reply)
{
	cJSON *request = cJSON_CreateObject();
	cJSON *answer;
	char *text;
	int error;

	cJSON_AddStringToObject(request, "execute", command);
	if (arguments)
		cJSON_AddItemToObject(request, "arguments", arguments);
	text = cJSON_PrintUnformatted(request);
	cJSON_Delete(request);
	error = harness_write(harness->qmp_fd, text, strlen(text));
	free(text);
	if (!error)
		error = await_reply(harness, command);
	if (error)
		return error;
	answer = harness->qmp_reply;
	harness->qmp_reply = NULL;
	if (cJSON_HasObjectItem(answer, "error")) {
		fprintf(stderr, "harness: QMP %s: %s\n", command,
			cJSON_GetStringValue(
				cJSON_GetObjectItem(cJSON_GetObjectItem(answer, "error"), "desc")));
		error = -EIO;
	}
	if (reply && !error)
		*reply = answer;
	else
		cJSON_Delete(answer);
	return error;
}

int qmp_start(struct harness *harness)
{
	return harness_qmp(harness, "qmp_capabilities", NULL, NULL);
}

int harness_key(struct harness *harness, const char *qcode, bool down)
{
	cJSON *arguments = cJSON_CreateObject();
	cJSON *events = cJSON_AddArrayToObject(arguments, "events");
	cJSON *event = cJSON_CreateObject();
	cJSON *data, *key;

	cJSON_AddItemToArray(events, event);
	cJSON_AddStringToObject(event, "type", "key");
	data = cJSON_AddObjectToObject(event, "data");
	cJSON_AddBoolToObject(data, "down", down);
	key = cJSON_AddObjectToObject(data, "key");
	cJSON_AddStringToObject(key, "type", "qcode");
	cJSON_AddStringToObject(key, "data", qcode);
	return harness_qmp(harness, "input-send-event", arguments, NULL);
}

int harness_look(struct harness *harness, struct picture *picture)
{
	cJSON *arguments = cJSON_CreateObject();
	char path[sizeof(harness->directory) + 16];
	int error;

	snprintf(path, sizeof(path), "%s/screen.ppm", harness->directory);
	cJSON_AddStringToObject(arguments, "filename", path);
	error = harness_qmp(harness, "screendump", arguments, NULL);
	return error ? error : picture_load_ppm(picture, path);
}
