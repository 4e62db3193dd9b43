#include <errno.h>
#include "vdev-modem/at_parse.h"
#include "vdev-modem/text.h"

int at_normalise(const char *body, char to[AT_BODY_BYTES])
{
	bool quoted = false;
	size_t count = 0;

	for (; *body && count + 1 < AT_BODY_BYTES; body++) {
		quoted ^= *body == '"';
		if (!quoted && ((unsigned char)*body < 0x20 || (unsigned char)*body >= 0x7f))
			return -EINVAL;
		if (quoted || *body != ' ')
			to[count++] = quoted ? *body : text_upper(*body);
	}
	to[count] = 0;
	return quoted || *body ? -EINVAL : 0;
}

/* Copies up to the ; that ends the command, outside quotes; *line then stands behind it. True: there was one. */
static bool take_rest(const char **line, char *to)
{
	bool quoted = false, ended;
	size_t count = 0;

	for (; **line && (quoted || **line != ';'); ++*line) {
		quoted ^= **line == '"';
		to[count++] = **line;
	}
	to[count] = 0;
	ended = **line == ';';
	*line += ended;
	return ended;
}

/* V.250 5.4.1. */
static bool is_name_character(char c)
{
	return (c >= 'A' && c <= 'Z') || text_is_digit(c) || text_in(c, "!%-./:_");
}

/* =…, ?, =?, or nothing. */
static int take_form(const char *text, struct at_command *command)
{
	command->form = AT_EXECUTE;
	if (!*text)
		return 1;
	if (text_equal(text, "?"))
		command->form = AT_READ;
	else if (text_equal(text, "=?"))
		command->form = AT_TEST;
	else if (*text == '=')
		command->form = AT_SET;
	else
		return -EINVAL;
	if (command->form == AT_SET)
		(void)text_copy(command->args, sizeof(command->args), text + 1);
	return 1;
}

static int take_extended(const char **line, struct at_command *command)
{
	char text[AT_BODY_BYTES];
	size_t count = 1;

	(void)take_rest(line, text);
	while (is_name_character(text[count]))
		count++;
	if (count == 1 || count >= sizeof(command->name))
		return -EINVAL;
	__builtin_memcpy(command->name, text, count);
	command->name[count] = 0;
	return take_form(text + count, command);
}

/* A decimal value; false: too large for any command. */
static bool take_value(const char **line, unsigned *value)
{
	for (*value = 0; text_is_digit(**line); ++*line) {
		*value = *value * 10 + (unsigned)(**line - '0');
		if (*value > 65535)
			return false;
	}
	return true;
}

/* S<register>=<value> or S<register>? (V.250 5.3.2). */
static int take_register(const char **line, struct at_command *command)
{
	unsigned value;

	if (!text_is_digit(**line) || !take_value(line, &command->number))
		return -EINVAL;
	if (**line == '?') {
		++*line;
		command->form = AT_READ;
		return 1;
	}
	if (**line != '=')
		return -EINVAL;
	++*line;
	command->form = AT_SET;
	for (value = 0; text_is_digit(**line) && value + 1 < AT_NUMBER_BYTES; ++*line)
		command->args[value++] = **line;
	command->args[value] = 0;
	return text_is_digit(**line) ? -EINVAL : 1;
}

static int take_basic(const char **line, struct at_command *command)
{
	size_t count = 0;

	if (**line == '&')
		command->name[count++] = *(*line)++;
	if (**line < 'A' || **line > 'Z')
		return -EINVAL;
	command->name[count++] = *(*line)++;
	command->name[count] = 0;
	if (text_equal(command->name, "D")) {
		command->voice = take_rest(line, command->args);
		return 1;
	}
	if (text_equal(command->name, "S"))
		return take_register(line, command);
	command->form = text_is_digit(**line) ? AT_SET : AT_EXECUTE;
	if (!take_value(line, &command->number))
		return -EINVAL;
	if (**line == '?')
		return -EINVAL;
	return 1;
}

int at_next(const char **line, struct at_command *command)
{
	while (**line == ';')
		++*line;
	if (!**line)
		return 0;
	command->name[0] = command->args[0] = 0;
	command->number = 0;
	command->form = AT_EXECUTE;
	command->voice = false;
	/* + is the book's; the others are manufacturers'. */
	if (text_in(**line, "+*^%#$!@\\-_"))
		return take_extended(line, command);
	return take_basic(line, command);
}

unsigned at_argument_count(const char *args)
{
	bool quoted = false;
	unsigned count = *args != 0;

	for (; *args; args++) {
		quoted ^= *args == '"';
		count += *args == ',' && !quoted;
	}
	return count;
}

bool at_argument(const char *args, unsigned index, char *to, size_t bytes)
{
	bool quoted = false, fits = true;
	size_t count = 0;

	to[0] = 0;
	for (; *args && index; args++) {
		quoted ^= *args == '"';
		index -= *args == ',' && !quoted;
	}
	if (index || !*args)
		return false;
	for (; *args && (quoted || *args != ',') && fits; args++) {
		quoted ^= *args == '"';
		if (*args == '"')
			continue;
		fits = count + 1 < bytes;
		if (fits)
			to[count++] = *args;
	}
	to[fits ? count : 0] = 0;
	return fits;
}

long at_argument_number(const char *args, unsigned index, long limit)
{
	char text[12];
	long value = 0;

	if (index >= at_argument_count(args))
		return -2;
	if (!at_argument(args, index, text, sizeof(text)))
		return index + 1 == at_argument_count(args) && text_length(args) &&
				       args[text_length(args) - 1] == ','
			       ? -2
			       : -1;
	if (!text[0])
		return -2;
	for (const char *t = text; *t; t++) {
		if (!text_is_digit(*t))
			return -1;
		value = value * 10 + (*t - '0');
	}
	return value <= limit ? value : -1;
}

static enum at_dial dial_kind(const char *number)
{
	size_t count = text_length(number);

	if (text_equal(number, "*99#"))
		return AT_DIAL_DATA;
	if (count == 8 && text_begins(number, "*99***") && number[6] >= '1' && number[6] <= '9' &&
		number[7] == '#')
		return AT_DIAL_DATA;
	for (const char *c = number; *c; c++)
		if (*c == '*' || *c == '#')
			return AT_DIAL_CODE;
	return count > (number[0] == '+') ? AT_DIAL_NUMBER : AT_DIAL_OTHER;
}

enum at_dial at_dial_string(const char *string, char number[AT_NUMBER_BYTES])
{
	size_t count = 0, length = text_length(string);

	/* Tone or pulse comes first; CLIR and closed user group for this call come last. */
	for (; *string == 'T' || *string == 'P'; length--)
		string++;
	while (length && (string[length - 1] == 'I' || string[length - 1] == 'G'))
		length--;
	for (size_t i = 0; i < length; i++) {
		bool plus = string[i] == '+' && count == 0;

		if (text_in(string[i], "-.()"))
			continue;
		if ((!plus && !text_is_digit(string[i]) && !text_in(string[i], "*#")) ||
			count + 1 >= AT_NUMBER_BYTES) {
			number[0] = 0;
			return AT_DIAL_OTHER;
		}
		number[count++] = string[i];
	}
	number[count] = 0;
	return dial_kind(number);
}
