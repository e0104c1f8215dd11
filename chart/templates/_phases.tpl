{{/* Conditions for rendering. Each returns "true" or nothing. Argument of each: the root context. */}}

{{/* Whether the migration Job is rendered. */}}
{{- define "migrator.migration.isRendered" -}}
{{- if and .Values.migration.enabled (has .Values.phase (list "all" "migrate")) -}}true{{- end -}}
{{- end -}}

{{/* Whether the migration Job is a Helm hook. */}}
{{- define "migrator.migration.isHook" -}}
{{- if and (include "migrator.migration.isRendered" .) (eq .Values.phase "all") (eq .Values.migration.mode "hook") -}}true{{- end -}}
{{- end -}}

{{/* Whether the rollback Job is rendered: always in `phase: rollback`, and in `phase: all` if it is enabled. */}}
{{- define "migrator.rollback.isRendered" -}}
{{- if and .Values.migration.enabled (or (eq .Values.phase "rollback") (include "migrator.rollback.isHook" .)) -}}true{{- end -}}
{{- end -}}

{{/* Whether the rollback Job is a Helm hook. In `phase: all` only a hook can run it. */}}
{{- define "migrator.rollback.isHook" -}}
{{- if and .Values.migration.enabled (eq .Values.phase "all") .Values.migration.rollback.enabled -}}true{{- end -}}
{{- end -}}

{{/* Whether the contract Job is rendered: in `phase: contract`, and in `phase: all` if the release runs it. */}}
{{- define "migrator.contract.isRendered" -}}
{{- if and .Values.migration.enabled (ne .Values.migration.contract.run "never") -}}
{{- if or (eq .Values.phase "contract") (and (eq .Values.phase "all") (eq .Values.migration.contract.run "job")) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether a Job checks, before a rollback, whether the older version can run with the database. */}}
{{- define "migrator.check.isRendered" -}}
{{- $contract := .Values.migration.contract -}}
{{- if and .Values.migration.enabled (eq .Values.phase "all") (ne $contract.run "never") $contract.checkRollback -}}true{{- end -}}
{{- end -}}

{{/* Whether a Job undoes the contract scripts before a rollback, and the rollback Job undoes the others after it. */}}
{{- define "migrator.undo.isRendered" -}}
{{- if and (include "migrator.check.isRendered" .) (eq (include "migrator.hook.rollback" .) "post-rollback") -}}true{{- end -}}
{{- end -}}

{{/* Whether the objects that the migration Job or the rollback Job needs are rendered. */}}
{{- define "migrator.migration.prerequisitesAreRendered" -}}
{{- if or (include "migrator.migration.isRendered" .) (include "migrator.rollback.isRendered" .) -}}true{{- end -}}
{{- end -}}

{{/* Whether to render the objects that the application's pods, or the pods of a parent chart, refer to. */}}
{{- define "migrator.release.isRendered" -}}
{{- if has .Values.phase (list "all" "deploy") -}}true{{- end -}}
{{- end -}}

{{/* Whether the pods for `helm test` are rendered. `helm test` needs a release, and the other phases do not create one. */}}
{{- define "migrator.tests.areRendered" -}}
{{- if and .Values.tests.enabled (eq .Values.phase "all") -}}true{{- end -}}
{{- end -}}

{{/* Whether the application is rendered. */}}
{{- define "migrator.app.isRendered" -}}
{{- if and .Values.app.enabled (include "migrator.release.isRendered" .) -}}true{{- end -}}
{{- end -}}
