{{/*
An image reference. The digest wins over the tag. Tags that are all digits reach us as numbers, those of a values file
as floating ones. Argument: dict "image" the values, "name" where they stand, for the message.
*/}}
{{- define "migrator.image" -}}
{{- $image := .image -}}
{{- if not $image.repository -}}
{{- fail (printf "%s.repository is empty: name the image." .name) -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- $tag := include "migrator.image.tag" . -}}
{{- if not $tag -}}
{{- fail (printf "%s.tag and %s.digest are empty: name the version to deploy." .name .name) -}}
{{- end -}}
{{- printf "%s:%s" $image.repository $tag -}}
{{- end -}}
{{- end -}}

{{/* The tag as text. Argument: as migrator.image. */}}
{{- define "migrator.image.tag" -}}
{{- $tag := .image.tag -}}
{{- if kindIs "float64" $tag -}}
{{- if gt $tag 9007199254740991.0 -}}
{{- fail (printf "%s.tag is a number too large to be read exactly: put it in quotes." .name) -}}
{{- end -}}
{{- $tag = printf "%.0f" $tag -}}
{{- end -}}
{{- if not (kindIs "invalid" $tag) -}}
{{- $tag | toString -}}
{{- end -}}
{{- end -}}
