# Chatwoot's own AI for people: reply suggestion, summary, rewrite. Loaded by admin.rb, never in the way of a start.
#
# They need the account's feature `captain_tasks` and a key in its hook `openai` (lib/captain/base_task_service.rb). The hook is
# made once, follows the stack's key as long as nobody has changed it, and goes with the setting: its reference says which key
# the stack wrote.
require 'digest'

module StackAi
  MARK = 'stack:'.freeze

  module_function

  def mark(key) = MARK + Digest::SHA256.hexdigest(key)[0, 16]

  def ours?(hook) = hook.reference_id.to_s == mark(hook.settings.to_h['api_key'].to_s)

  def apply(account, key)
    hook = account.hooks.find_by(app_id: 'openai')
    return withdraw(hook) if key.nil? || key.empty?
    return 'this version has no captain_tasks' unless account.respond_to?(:feature_captain_tasks=)

    if hook.nil?
      account.hooks.create!(app_id: 'openai', reference_id: mark(key), settings: { 'api_key' => key })
      account.enable_features!('captain_tasks')
      'switched on'
    elsif !ours?(hook)
      'left as somebody has set it up'
    elsif hook.settings['api_key'] != key
      hook.update!(settings: hook.settings.merge('api_key' => key), reference_id: mark(key))
      'has the new key'
    end
  end

  def withdraw(hook)
    return if hook.nil? || !ours?(hook)

    hook.destroy!
    'switched off'
  end

  # Its texts may hold the key: only the kind of an error is written.
  def run(account, key)
    apply(account, key)
  rescue StandardError => e
    "not set up: #{e.class}"
  end
end
